/** Evidence for a person's decision about a ticket, as lines for a terminal. */
import {
  ApiError,
  type Client,
  type DiffEntry,
  type TicketDetail,
  type WaitingEntry,
} from '../../../api/client.ts'
import { startOf } from '../../../ticket/cut.ts'
import { outcomeWords } from '../../../ticket/outcomes.ts'
import { partLines, protectedParts } from '../../../ticket/protected-parts.ts'
import type { Call } from '../command.ts'
import { framed } from '../review.ts'
import { counted, oneLine, styled } from '../screen.ts'

/** Evidence about a ticket. */
export interface Evidence {
  detail: TicketDetail
  /** Diff of work that waits for approval; null when there is none, or it was removed. */
  diff: DiffEntry | null
  /** Output of the last red gate run; null when there was none. */
  red: string | null
  /** Signs that the work weakens tests, by the newest receipt of its attempt. */
  doubts: string[]
}

/** Fetches the evidence about a ticket. */
export async function evidenceOf(client: Client, { id, asks, attempts }: WaitingEntry): Promise<Evidence> {
  const [detail, diff, { receipts }] = await Promise.all([
    client.ticket(id),
    asks === 'approval' && attempts > 0 ? orNull(client.diff(id, attempts)) : null,
    client.receipts({ ticket: id, limit: 20 }),
  ])
  return {
    detail,
    diff,
    red: receipts.find(({ verdict }) => verdict === 'red')?.output ?? null,
    doubts: receipts.find(({ attempt }) => attempt === attempts)?.doubts ?? [],
  }
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

const COMMENTS = 3
const DESCRIPTION_LINES = 30
const DIFF_LINES = 40
const GATE_LINES = 15
/** Maximum characters: an agent's last words are part of the reason why its attempt ended. */
const REASON = 400

/** Formats the evidence. `isWhole`: nothing is cut. Also says whether something was. */
export function shown(
  call: Pick<Call, 'host'>,
  { detail, diff, red, doubts }: Evidence,
  { isWhole }: { isWhole: boolean },
): { text: string; isCut: boolean } {
  let isCut = false
  const most = (lines: string[], count: number, end: 'head' | 'tail'): string => {
    if (isWhole || lines.length <= count) return lines.join('')
    isCut = true
    const left = styled(call.host, 'dim', `  … ${counted(lines.length - count, 'more line')}`)
    return end === 'head'
      ? `${lines.slice(0, count).join('')}${left}\n`
      : `${left}\n${lines.slice(-count).join('')}`
  }
  const text = [
    ...about(detail),
    ...(detail.description ? [most(block(call, detail.description), DESCRIPTION_LINES, 'head')] : []),
    ...comments(call, detail, isWhole ? Number.POSITIVE_INFINITY : COMMENTS),
    ...tried(call, detail),
    ...(red === null ? [] : ['Output of the last red gate:\n', most(block(call, red), GATE_LINES, 'tail')]),
    ...doubts.map((doubt) => `${styled(call.host, 'yellow', `Doubt: ${oneLine(doubt)}`)}\n`),
    ...(diff === null ? [] : [protectedFiles(diff, detail.held)]),
    ...coloured(call, protectedParts(detail.events, detail.held).flatMap(partLines)),
    ...(diff === null ? [] : [most(changes(call, diff), DIFF_LINES, 'head')]),
  ].join('')
  return { text, isCut: isCut || (!isWhole && detail.comments.length > COMMENTS) }
}

function about({ created_by, parent_id, blocks }: TicketDetail): string[] {
  const parts = [
    `by ${oneLine(created_by)}`,
    ...(parent_id === null ? [] : [`part of #${parent_id}`]),
    ...(blocks.length === 0 ? [] : [`blocks ${blocks.map((id) => `#${id}`).join(', ')}`]),
  ]
  return [`${parts.join(' · ')}\n`]
}

const block = (call: Pick<Call, 'host'>, text: string): string[] => framed(call, text).split(/(?<=\n)/)

function comments(call: Pick<Call, 'host'>, { comments: all }: TicketDetail, count: number): string[] {
  const last = Number.isFinite(count) ? all.slice(-count) : all
  const before = all.length - last.length
  return [
    ...(before > 0 ? [`${counted(before, 'earlier comment')}.\n`] : []),
    ...last.map(({ author, body }) => `${oneLine(author)} says:\n${framed(call, body)}`),
  ]
}

/** Reason why the ticket is a person's now, and the ends of its attempts. */
function tried(
  { host }: Pick<Call, 'host'>,
  { type, events, attempt_records: attempts }: TicketDetail,
): string[] {
  if (type !== 'task') return []
  const escalated = events.findLast(({ event }) => event.type === 'escalated')
  const ended = attempts.filter(({ ended_at }) => ended_at !== null).toReversed()
  return [
    ...(escalated ? [`${styled(host, 'yellow', oneLine(escalated.sentence))}\n`] : []),
    ...ended.map(
      ({ number, outcome, reason }) =>
        `  attempt ${number}: ${outcomeWords(outcome)}${reason === null ? '' : `, ${startOf(oneLine(reason), REASON)}`}\n`,
    ),
  ]
}

function protectedFiles({ files }: DiffEntry, held: readonly string[]): string {
  const names = files.map(({ path }) => {
    const parts = held
      .filter((each) => each.startsWith(`${path}: `))
      .map((each) => each.slice(path.length + 2))
    const why = held.includes(path) ? ['protected', ...parts] : parts
    return `${oneLine(path)}${why.length > 0 ? ` (${oneLine(why.join(', '))})` : ''}`
  })
  return `The work changes ${names.join(', ')}:\n`
}

const coloured = ({ host }: Pick<Call, 'host'>, lines: string[]): string[] =>
  lines.map((line) => {
    const style = STYLES[line[0] ?? '']
    return `  ${style ? styled(host, style, oneLine(line)) : oneLine(line)}\n`
  })

function changes(call: Pick<Call, 'host'>, { text, cut }: DiffEntry): string[] {
  const lines = coloured(call, text.trimEnd().split('\n'))
  return cut ? [...lines, '  … the rest of the change is not shown\n'] : lines
}

const STYLES: Record<string, 'green' | 'red' | 'cyan'> = { '+': 'green', '-': 'red', '@': 'cyan' }
