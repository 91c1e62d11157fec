/** The real agent API on a real port, for the `ticket` program of the story's agents. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { agentApi } from '../../src/gateway/agent-api.ts'
import { doors } from '../../src/gateway/door.ts'
import { runTicket } from '../../src/main/agents-ticket.ts'
import type { Desk, Door } from '../../src/ports/world.ts'

export async function openDoor(desk: Desk): Promise<Door & { close(): void }> {
  let port = 0
  const program = readFileSync(join(import.meta.dirname, '../../templates/ticket-client.sh'), 'utf8')
  const door = doors({ url: () => `http://127.0.0.1:${port}`, program })
  const app = agentApi({
    doors: door,
    runTicket: runTicket(desk, () => {}),
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
