/**
 * Stands: obstacles to landing before any gate runs, one row each. The agent is asked once about each; then the attempt
 * ends as the row says.
 */
import { startOf } from '../../ticket/cut.ts'
import type { SendBackReason } from '../../ticket/events.ts'
import { besideLine, keptLine } from '../collecting/beside.ts'
import type { Collected } from '../collecting/collect.ts'
import { HIDDEN } from '../collecting/places.ts'

/** Obstacle that applies. */
export interface Stand {
  about: About
  /** Sentence about it, for the agent and the log. */
  what: string
  /** Evidence, one line each. */
  found: string
  /** Task for the agent. */
  todo: string
  /** End of the attempt when the obstacle stays; null: fit work lands in any case. */
  ends: { bounced: SendBackReason; detail: string } | null
}

/** State of an attempt's work after a run. */
export interface Left extends Collected {
  ticket: number
  /** The commit of `main` that the checkout builds on. */
  base: string
  /** Last words of the agent. */
  words: string
  /** Limit of a full sandbox in MB, and its largest files. */
  limitMb: number
  largest: string
  /** Others' landings that it takes back, one line each. */
  takesBack: string[]
}

const STANDS = {
  full: ({ room, limitMb, largest }: Left) => {
    if (room === 'fine') return null
    const what = `The sandbox is full: disk_mb allows ${limitMb} MB of files.`
    return {
      what,
      found: largest,
      todo: 'Remove files that the change does not need, such as build output and downloads. Check that your own files are complete.',
      ends: room === 'full' ? null : { bounced: 'sandbox full', detail: `${what}\n${largest}` },
    }
  },
  astray: ({ astray, beside }: Left) => {
    if (astray === null) return null
    const kept = beside.map(keptLine).join('\n')
    return {
      what: astray.why,
      found: astray.mend,
      todo: 'Run that. Check with git status that it shows your change and nothing else.',
      ends: { bounced: 'gate red', detail: [astray.why, kept].join('\n').trim() },
    }
  },
  refused: ({ refused }: Left) => {
    if (refused.length === 0) return null
    const paths = refused.join('\n')
    return {
      what: 'Git refuses a part of your work, so it cannot land as it is.',
      found: paths,
      todo: 'Fix that in this checkout.',
      ends: { bounced: 'gate red', detail: `Git refuses a part of the work:\n${paths}` },
    }
  },
  beside: ({ beside: all, astray, work, ticket, words }: Left) => {
    const beside = all.filter(({ where }) => where !== HIDDEN)
    if (beside.length === 0 || astray !== null) return null
    const where = beside.map((each) => each.where).join(', ')
    const kept = beside.map(keptLine).join('; ')
    return {
      what: `Work beside HEAD would not land: ${where}.`,
      found: beside.map((each) => `${besideLine(each)}\n  to include it: ${each.bring}`).join('\n'),
      todo: `If it is part of the ticket, move it into the checkout. If not, delete it. ${SAY_SO(ticket)}`,
      ends:
        work === null
          ? { bounced: 'did nothing', detail: `${CHANGED_NOTHING} It left ${kept}.${quoted(words)}` }
          : null,
    }
  },
  gone: ({ gone, base, ticket }: Left) => {
    if (gone.length === 0) return null
    const bring = (path: string) =>
      `  to keep your version: git add --force --sparse '${path}'\n  to restore it: git checkout ${base} -- '${path}'`
    return {
      what: `Your change deletes files of main that are missing from the checkout's index: ${gone.join(', ')}.`,
      found: gone.map((path) => `${path}\n${bring(path)}`).join('\n'),
      todo: `Git ignores them or a sparse checkout leaves them out, so a rebuilt index does not contain them. If ticket #${ticket} asks for their deletion, change nothing. If not, restore them (run git sparse-checkout disable first).`,
      ends: null,
    }
  },
  takesBack: ({ takesBack, ticket }: Left) => {
    if (takesBack.length === 0) return null
    return {
      what: 'Your change reverts landed work.',
      found: takesBack.join('\n'),
      todo: `If ticket #${ticket} asks for that, change nothing: the receipt records it. If not, restore those files.`,
      ends: null,
    }
  },
  hidden: ({ hidden, beside, work, astray, ticket, words }: Left) => {
    if (hidden.length === 0 || astray !== null) return null
    const kept = beside.flatMap((each) => (each.where === HIDDEN ? ` They are saved in ${each.ref}.` : []))
    const what = `Settings of this checkout's git hide files, which would not land: ${hidden.join(', ')}.`
    return {
      what,
      found: hidden.map((path) => `${path}\n  to include it: git add --force '${path}'`).join('\n'),
      todo: `If one of them is part of the ticket, include it. If not, change nothing. ${SAY_SO(ticket)}`,
      ends:
        work === null
          ? { bounced: 'did nothing', detail: `${CHANGED_NOTHING} ${what}${kept.join('')}${quoted(words)}` }
          : null,
    }
  },
  nothing: ({ work, beside, hidden, astray, refused, room, ticket, words }: Left) => {
    const others = beside.length + refused.length + hidden.length
    if (work !== null || others > 0 || astray !== null || room === 'too full') return null
    return {
      what: 'You have changed nothing.',
      found: '',
      todo: `If work is left, do it. ${SAY_SO(ticket)} If you need an answer first, ask with \`ticket ask\`.`,
      ends: { bounced: 'did nothing', detail: `${CHANGED_NOTHING}${quoted(words)}` },
    }
  },
} satisfies Record<string, (left: Left) => Omit<Stand, 'about'> | null>

/** Name of an obstacle. */
export type About = keyof typeof STANDS

const SAY_SO = (ticket: number) =>
  `If no change is needed, report it: \`ticket complete ${ticket} --no-change "why"\`.`

const CHANGED_NOTHING = 'It changed nothing and, when asked, gave no reason.'

/** Last words on the same line, since that is the one that a person reads first. */
function quoted(words: string): string {
  const line = words.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  return line === '' ? '' : ` Its last message: "${startOf(line, 300)}"`
}

/** Lists the obstacles that apply. */
export const standing = (left: Left): Stand[] =>
  (Object.keys(STANDS) as About[]).flatMap((about) => {
    const stand: Omit<Stand, 'about'> | null = STANDS[about](left)
    return stand === null ? [] : [{ about, ...stand }]
  })
