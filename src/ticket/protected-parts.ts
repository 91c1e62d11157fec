/** What a person sees of work that waits for approval of which only a part of a file is meant: how it was and how it would be. */
import type { ProtectedPart, TicketEvent } from './events.ts'

/** Of the newest hold in a ticket's log; none when whole files wait for approval, or the ticket is not `held` any more. */
export function protectedParts(
  log: readonly { event: TicketEvent }[],
  held: readonly string[],
): ProtectedPart[] {
  if (held.length === 0) return []
  const last = log.findLast(({ event }) => event.type === 'held')?.event
  return last?.type === 'held' ? (last.parts ?? []) : []
}

/** One part as lines of a diff: its name, what goes, what comes. */
export const partLines = ({ path, part, before, after }: ProtectedPart): string[] => [
  `@ ${path}: ${part}`,
  ...signed('-', before),
  ...signed('+', after),
]

const signed = (sign: string, text: string | null): string[] =>
  text === null
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => `${sign} ${line}`)
