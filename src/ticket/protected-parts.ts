/** Protected parts of files in work that waits for approval, as a person sees them: before and after. */
import type { ProtectedPart, TicketEvent } from './events.ts'

/**
 * Parts of the newest hold in a ticket's log; empty when whole files wait for approval, or the ticket is no longer
 * `held`.
 */
export function protectedParts(
  log: readonly { event: TicketEvent }[],
  held: readonly string[],
): ProtectedPart[] {
  if (held.length === 0) return []
  const last = log.findLast(({ event }) => event.type === 'held')?.event
  return last?.type === 'held' ? (last.parts ?? []) : []
}

/** Formats a part as lines of a diff: its name, removed lines, added lines. */
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
