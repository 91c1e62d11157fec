/** `ticket` in this process, over a real SQLite store in a folder of its own, at an hour that stands still. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Context } from '../../src/cli/ticket/context.ts'
import { run } from '../../src/cli/ticket/run.ts'
import { claimNext } from '../../src/life/agents/claim.ts'
import type { Records } from '../../src/ports/world.ts'
import { migrate } from '../../src/stores/sqlite/migrate.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import type { Actor } from '../../src/ticket/commands.ts'

export const HUMAN: Actor = { kind: 'person', name: 'human' }

export interface Answer {
  code: number
  out: string
  err: string
}

export interface Asking {
  as?: Actor
  stdin?: string
  /** The width of the terminal that shows the output; a pipe by default. */
  columns?: number
}

export interface TicketCli {
  records: Records
  /** Runs a command line; words in double quotes belong together. */
  ask(line: string, asking?: Asking): Promise<Answer>
  /** What it prints when it works. */
  says(line: string, asking?: Asking): Promise<string>
  /** What it prints as JSON. */
  json(line: string, asking?: Asking): Promise<Fields>
  /** The sentence with which it is refused: exit 1, and nothing printed. */
  refuses(line: string, asking?: Asking): Promise<string>
  /** What it says to a command line that makes no sense: exit 2, and nothing printed. */
  misused(line: string, asking?: Asking): Promise<string>
  /** An agent that works, under a lease, on the first ready ticket. */
  agent(name: string): Promise<Extract<Actor, { kind: 'agent' }>>
}

/** A parsed object or list: each test knows what it asked for. */
export type Fields = ReturnType<typeof JSON.parse>

export async function ticketCli(tell: (t: TicketCli) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ticket-cli-'))
  const store = await openSqlite({ path: join(folder, 'tickets.db'), create: true })
  try {
    await tell(
      cli(
        {
          store,
          clock: { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), monotonic: () => 0, sleep: async () => {} },
        },
        folder,
      ),
    )
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
}

function cli(records: Records, folder: string): TicketCli {
  const ask: TicketCli['ask'] = async (line, asking = {}) => {
    const answer = { code: 0, out: '', err: '' }
    const context: Context = {
      records: async () => records,
      actor: asking.as ?? HUMAN,
      write: (text) => {
        answer.out += text
      },
      writeError: (text) => {
        answer.err += text
      },
      readStdin: async () => asking.stdin ?? '',
      isTty: asking.columns !== undefined,
      columns: asking.columns ?? 80,
      migrate: (path) => migrate(path ?? join(folder, 'other', 'tickets.db')),
    }
    answer.code = await run(words(line), context)
    return answer
  }
  const failing = async (code: number, line: string, asking?: Asking) => {
    const answer = await ask(line, asking)
    expect(answer).toMatchObject({ code, out: '' })
    return answer.err.trimEnd()
  }
  const says: TicketCli['says'] = async (line, asking) => {
    const answer = await ask(line, asking)
    expect(answer).toMatchObject({ code: 0, err: '' })
    return answer.out.replace(/\n$/, '')
  }
  return {
    records,
    ask,
    says,
    json: async (line, asking) => JSON.parse(await says(`${line} --format json`, asking)),
    refuses: (line, asking) => failing(1, line, asking),
    misused: (line, asking) => failing(2, line, asking),
    async agent(name) {
      const ticket = await claimNext(records, { holder: name, leaseMs: 60_000, harness: 'scripted' })
      if (!ticket) throw new Error('nothing is ready')
      return { kind: 'agent', name, ticket: ticket.id, attempt: ticket.attempts }
    },
  }
}

/** A command line as a shell would split it; only double quotes quote. */
export const words = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? (plain as string))
