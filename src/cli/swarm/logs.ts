/** Command `swarm logs`: the end of a log, and with -f its further lines. */
import { ApiError, type Client } from '../../api/client.ts'
import { Refused } from '../../ticket/refused.ts'
import { Misuse } from '../misuse.ts'
import { nearest } from '../nearest.ts'
import { type Call, type Command, numberOf, projectOf } from './command.ts'
import { type Lines, linesOf } from './log-lines.ts'

export const logs: Command = {
  name: 'logs',
  summary: 'Show the log of an agent, of the gate or of the server',
  args: [{ name: 'NAME', help: 'agent-1, agent-2 …, gate or server' }],
  flags: [
    { name: 'follow', short: 'f', help: 'follow new lines until Ctrl-C' },
    { name: 'lines', short: 'n', value: 'N', help: 'number of last lines (50)' },
  ],
  examples: ['swarm logs agent-1 -f', 'swarm logs gate -n 200', 'swarm logs server'],
  async run(call) {
    const name = known(call.args.NAME!)
    const most = numberOf(call, 'lines', { min: 0, max: 100_000, fallback: 50 })
    const link = await projectOf(call).link()
    try {
      const source = /^agent-/.test(name) ? agentLog(link.client, name) : serverLog(link.client, name)
      const lines = linesOf(call, name)
      await showEnd(call, source, { lines, most })
      if (call.flags.follow) await follow(call, source, lines)
      return 0
    } finally {
      await link.close()
    }
  },
}

function known(name: string): string {
  if (/^(agent-\d{1,3}|gate|server)$/.test(name)) return name
  const near = nearest(name, ['agent-1', 'gate', 'server'])
  throw new Misuse(
    `there is no log '${name}'; use agent-1 (or another agent), gate or server.${near ? ` Did you mean ${near}?` : ''}`,
  )
}

interface Piece {
  text: string
  next: number
  size: number
}

interface Source {
  /** Reads on; null when there is nothing (any more). */
  read(offset: number): Promise<Piece | null>
  /** Moves on to a newer log when one has begun; called only at the end of this one. */
  moveOn(): Promise<boolean>
  /** Explains why there is no log, once that is known. */
  absent(): string
}

const serverLog = (client: Client, name: string): Source => ({
  read: (offset) => orNull(client.logFile(name, { offset })),
  moveOn: async () => false,
  absent: () =>
    `There is no log of ${name === 'gate' ? 'the gate' : 'the server'} yet. The first run creates it: swarm start.`,
})

/** Makes the source of an agent's log: the transcript of its newest attempt. */
function agentLog(client: Client, name: string): Source {
  let current: { ticket_id: number; number: number } | null = null
  let gone: string | null = null
  const newest = async () => {
    const { attempts } = await client.attempts({ limit: 200 })
    return (
      attempts.find(
        ({ holder, has_transcript, removed_at }) =>
          holder === name && (has_transcript || removed_at !== null),
      ) ?? null
    )
  }
  return {
    async read(offset) {
      current ??= await newest()
      if (current === null) return null
      const asked = client.transcript(current.ticket_id, current.number, { offset })
      return orNull(asked, (sentence) => {
        gone = sentence
      })
    },
    async moveOn() {
      const found = await newest()
      const isNew =
        found !== null && (found.ticket_id !== current?.ticket_id || found.number !== current.number)
      if (isNew) current = found
      return isNew
    },
    absent: () => gone ?? `${name} has not worked on anything yet. See the agents: swarm status.`,
  }
}

async function orNull(asked: Promise<Piece>, why?: (sentence: string) => void): Promise<Piece | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      why?.(error.message)
      return null
    }
    throw error
  }
}

/** Generous bytes per line, for how much of the end to read. */
const LINE = 512
const WINDOW = 65_536

async function showEnd(
  { host, flags }: Call,
  source: Source,
  { lines, most }: { lines: Lines; most: number },
): Promise<void> {
  const first = await source.read(0)
  if (first === null) {
    if (flags.follow) return
    throw new Refused(source.absent())
  }
  const offset = Math.max(0, first.size - Math.max(WINDOW, most * LINE))
  lines.at = offset
  let text = ''
  for (
    let piece = await source.read(offset);
    piece !== null && piece.text !== '';
    piece = await source.read(piece.next)
  ) {
    text += piece.text
    lines.at = piece.next
  }
  const whole = offset === 0 ? text : text.slice(text.indexOf('\n') + 1)
  const shown = lines.add(whole)
  host.write(shown.slice(most === 0 ? shown.length : -most).join(''))
}

const POLL_MS = 400

async function follow({ host }: Call, source: Source, lines: Lines): Promise<void> {
  while (!host.signal.aborted) {
    const piece = await source.read(lines.at)
    if (piece !== null && piece.size < lines.at) lines.begin()
    else if (piece !== null && piece.text !== '') {
      lines.at = piece.next
      host.write(lines.add(piece.text).join(''))
    } else if (await source.moveOn()) lines.begin()
    else await host.pause(POLL_MS)
  }
}
