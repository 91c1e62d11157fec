/** The real agent API on a real port, for the `ticket` program of the story's agents. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { run } from '../../src/cli/ticket/run.ts'
import { agentApi } from '../../src/gateway/agent-api.ts'
import { doors } from '../../src/gateway/door.ts'
import type { Desk, Door } from '../../src/ports/world.ts'
import type { Actor } from '../../src/ticket/commands.ts'

export async function openDoor(desk: Desk): Promise<Door & { close(): void }> {
  let port = 0
  const program = readFileSync(join(import.meta.dirname, '../../templates/ticket-client.sh'), 'utf8')
  const door = doors({ url: () => `http://127.0.0.1:${port}`, program })
  const app = agentApi({
    doors: door,
    runTicket: (argv, actor, stdin) => ran(desk, argv, actor, stdin),
    note: () => {},
  })
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const begun = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info) => {
      port = info.port
      resolve(begun)
    })
  })
  return { ...door, close: () => void server.close() }
}

async function ran(desk: Desk, argv: string[], actor: Actor, stdin: string) {
  const out = { stdout: '', stderr: '' }
  const code = await run(argv, {
    desk: async () => desk,
    actor,
    write: (text) => {
      out.stdout += text
    },
    writeError: (text) => {
      out.stderr += text
    },
    readStdin: async () => stdin,
    isTty: false,
    columns: 80,
  })
  return { ...out, code }
}
