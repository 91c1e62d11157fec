/**
 * The doors to the agent API: each attempt has one, with a token of its own that ends with it. Only the hash of a
 * token is kept.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Door } from '../ports/world.ts'
import type { Actor } from '../ticket/commands.ts'

export interface Doors extends Door {
  /** Whose token it is; null when no open door has it. */
  actor(token: string): Actor | null
}

export interface DoorOptions {
  /** The URL of the agent API, as sandboxes reach it; asked for when a door is opened. */
  url: () => string
  /** The `ticket` program for sandboxes: `templates/ticket-client.sh`. */
  program: string
}

export function doors({ url, program }: DoorOptions): Doors {
  const open = new Map<string, Actor>()
  return {
    open: async ({ ticket, attempt, agent }) => {
      const token = randomBytes(32).toString('base64url')
      const hash = sha256(token)
      open.set(hash, { kind: 'agent', name: agent, ticket, attempt })
      return {
        env: { SWARM_API: url(), SWARM_TOKEN: token },
        programs: { ticket: program },
        socketFolder: null,
        close: async () => void open.delete(hash),
      }
    },
    openGate: async () => ({ env: {}, programs: {}, socketFolder: null, close: async () => {} }),
    actor: (token) => open.get(sha256(token)) ?? null,
  }
}

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex')
