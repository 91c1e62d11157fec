/**
 * What an agent may have its model's provider do: from inside a real sandbox, through the real gateway, to a model that
 * keeps what it is sent.
 */
import { describe, expect, onTestFinished } from 'vitest'
import { upstreamOf } from '../../src/gateway/model/upstream.ts'
import { itUnless } from './gaps.ts'
import { openedWith } from './gateway.ts'
import { asking, PROVIDER_WAYS, recording } from './provider-ways.ts'
import type { SandboxCase } from './sandbox.ts'

const never = new AbortController().signal

/** Sends each line of its input as a request to the model, and prints status and answer, a line each. */
const SEND = `
const { createInterface } = require('node:readline')
const headers = { authorization: 'Bearer ' + process.env.SWARM_TOKEN, 'content-type': 'application/json' }
const to = process.env.SWARM_API.replace(/\\/agent$/, '/model/v1/messages')
const send = async (body) => {
  const answer = await fetch(to, { method: 'POST', headers, body })
  console.log(answer.status + ' ' + (await answer.text()).replaceAll('\\n', ' '))
}
;(async () => { for (const body of JSON.parse(process.env.BODIES)) await send(body) })()
`

/** Defines the contract for the sandboxes that `make` gives; `reason` says why they cannot be had. */
export function providerContract(
  name: string,
  { reason = null, make, source }: Pick<SandboxCase, 'reason' | 'make' | 'source'>,
): void {
  describe(`${name}: the model's provider`, () => {
    itUnless(reason, 'does nothing for an agent that it would not do for its sandbox', async () => {
      const { url, seen } = await recording()
      const on = await openedWith(
        { upstream: upstreamOf({ kind: 'api key', secret: 'sk-x', baseUrl: url }), providerTools: () => [] },
        'socket',
      )
      const bodies = [...PROVIDER_WAYS.map(([, , body]) => body), asking({})]
      const asText = bodies.map((body) => (typeof body === 'string' ? body : JSON.stringify(body)))
      const sandbox = await (await make()).open(
        {
          ...{ name: 'provider', checkout: { ...(await source()), history: false }, programs: {} },
          env: { ...on.env, BODIES: JSON.stringify(asText) },
          gateway: { socketFolder: on.socketFolder! },
        },
        never,
      )
      onTestFinished(() => sandbox.close())
      const { output } = await sandbox.exec(['node', '-e', SEND], { signal: never, timeoutMs: 60_000 })
      const answers = output.trim().split('\n')
      const refused = (tool: string) =>
        expect.stringMatching(new RegExp(`^400 .*invalid_request_error.*provider_tools = .{3}${tool}`))
      expect(answers.slice(0, -1)).toEqual(PROVIDER_WAYS.map(([, tool]) => refused(tool)))
      expect(answers.at(-1)).toMatch(/^200 /)
      expect(seen).toHaveLength(1)
      expect(on.sentences()).toHaveLength(PROVIDER_WAYS.length)
    })
  })
}
