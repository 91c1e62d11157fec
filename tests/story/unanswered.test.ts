/** A model that answers nothing: shown as that, never the ticket's hang, and a person is asked once. */
import { expect, it, onTestFinished, vi } from 'vitest'
import { upstreamOf } from '../../src/gateway/model/upstream.ts'
import { agentsOf } from '../../src/life/agents/agents.ts'
import { paused } from '../../src/life/limits/may-claim.ts'
import { tick } from '../../src/life/tick.ts'
import { runTicket } from '../../src/main/sandbox/agents-ticket.ts'
import type { HarnessTask } from '../../src/ports/harness.ts'
import type { Fault } from '../model/scenario.ts'
import { type ModelServer, modelServer } from '../model/server.ts'
import { gatewayWith } from './agents-door.ts'
import { type Answer, failed, pretended, works } from './pretended.ts'
import { type Story, swarm } from './swarm.ts'

// Curl in a real sandbox, through a real gateway, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const SECOND = 1000
const MINUTE = 60 * SECOND

const CURL =
  'exec curl -s -o /dev/null -H "authorization: Bearer $ANTHROPIC_AUTH_TOKEN" -d "$1" "$ANTHROPIC_BASE_URL/v1/messages"'
const QUESTION = JSON.stringify({
  ...{ model: 'claude-opus-4-5', max_tokens: 10, tools: [{ name: 'Bash' }] },
  messages: [{ role: 'user', content: '[[scenario:all]]' }],
})

/** Asks the model from inside the sandbox, and waits for its answer. */
const ask = ({ sandbox, signal }: HarnessTask) => sandbox.exec(['sh', '-c', CURL, 'sh', QUESTION], { signal })

const stopped = ({ signal }: HarnessTask) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

interface Scene {
  s: Story
  model: ModelServer
  /** From now on it answers. */
  mend: () => void
}

/** A swarm that reaches a scripted model through the real gateway; the model has this fault for everything. */
async function behind(fault: Fault, answer: Answer, tell: (scene: Scene) => Promise<void>) {
  const model = await modelServer({ all: { prompts: [{ turns: [{ fault }] }] } })
  onTestFinished(() => model.close())
  const mend = () => {
    model.scenarios.all = { prompts: [{ turns: [{ text: 'Here I am.' }] }] }
  }
  const upstream = upstreamOf({ kind: 'api key', secret: 'x', baseUrl: model.url })
  await swarm((s) => tell({ s, model, mend }), {
    with: ({ store, clock, repo }) => {
      const own = { runTicket: runTicket({ store, clock }, () => {}), repo }
      const gateway = gatewayWith({ ...own, upstream, clocks: clock })
      onTestFinished(() => gateway.close())
      return { gateway, harness: pretended(answer) }
    },
  })
}

const working = ({ s, model }: Scene, requests: number) =>
  vi.waitFor(() => expect(model.requests.length).toBe(requests), { timeout: 60_000 }).then(() => s)

const DOWN: Fault = { kind: 'status', status: 500 }
const MUTE: Fault = { kind: 'hang' }

it.each<[string, Fault, number, object, string]>([
  [
    'answers 500 to everything',
    DOWN,
    3,
    { requests: 3, gave: [500] },
    'The model is overloaded or down (500): As scripted: 500.',
  ],
  [
    'takes every request and never answers',
    MUTE,
    1,
    { requests: 1, gave: [null] },
    'The model has not answered the last request, since 00:00. The agent took longer than attempt_timeout (600 s) and was stopped.',
  ],
])(
  'shows a model that %s, and charges no ticket whose time ran out on it',
  (_, fault, requests, seen, why) => {
    const answer: Answer = async (task) => {
      for (let n = 1; n < requests; n++) await ask(task)
      await Promise.race([ask(task), stopped(task)])
      if (!task.signal.aborted) await stopped(task)
      return failed('harness crash', 'It was stopped.')
    }
    return behind(fault, answer, async (scene) => {
      const { s } = scene
      const id = await s.file('Anything', [])
      const began = s.clock.now()
      await tick(s.world, s.fleet)
      const ended = [...s.fleet.working.values()].map(({ done }) => done)
      await working(scene, requests)
      await vi.waitFor(() => expect(s.fleet.working.get('agent-1')?.seen).not.toBeNull())
      s.clock.turn(MINUTE)
      await expect.poll(() => agentsOf(s.fleet)[0]?.unanswered).toEqual({ ...seen, since: began })
      s.clock.turn(10 * MINUTE)
      await Promise.all(ended)
      expect((await s.attempts(id))[0]).toMatchObject({ outcome: 'bounced', reason: `overloaded: ${why}` })
      expect((await s.ticket(id)).charged).toBe(0)
      expect(await paused(s.world, s.fleet)).toMatchObject({ cause: 'overloaded' })
    })
  },
)

it('asks a person once about a model that never answers, charges nobody, and goes on when it does', () => {
  let turn = (_: number) => {}
  let asked = () => 0
  let isMended = false
  const answer: Answer = async (task) => {
    if (isMended) return works(task)
    const before = asked()
    void ask(task)
    await vi.waitFor(() => expect(asked()).toBe(before + 1), { timeout: 60_000 })
    turn(5 * MINUTE)
    return failed('hang', 'Claude Code stopped responding while no tool was running.')
  }
  return behind(MUTE, answer, async ({ s, model, mend }) => {
    turn = s.clock.turn
    asked = () => model.requests.length
    await s.file('One', [])
    await s.file('Two', [])
    for (let tries = 0; tries < 8; tries++) {
      await s.settle()
      s.clock.turn(60 * MINUTE)
    }
    const inbox = await s.world.store.inbox()
    expect(inbox.map(({ title }) => title)).toEqual(['Agents cannot work: overloaded'])
    expect((await s.world.store.tickets({})).map(({ charged }) => charged)).toEqual([0, 0, 0])
    mend()
    isMended = true
    s.clock.turn(60 * MINUTE)
    await s.settle()
    expect(await s.main()).toHaveLength(2)
    expect(await s.world.store.inbox()).toEqual([])
  })
})
