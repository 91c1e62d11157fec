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
      todo: 'Remove what the change does not need, such as build output and downloads, and see that your own files are whole.',
      ends: room === 'full' ? null : { bounced: 'sandbox full', detail: `${what}\n${largest}` },
    }
  },
  astray: ({ astray, beside }: Left) => {
    if (astray === null) return null
    const kept = beside.map(keptLine).join('\n')
    return {
      what: astray.why,
      found: astray.mend,
      todo: 'Run that, see with git status that your change is there, and nothing else.',
      ends: { bounced: 'gate red', detail: [astray.why, kept].join('\n').trim() },
    }
  },
  refused: ({ refused }: Left) => {
    if (refused.length === 0) return null
    const paths = refused.join('\n')
    return {
      what: 'Git refuses a part of your work, so it cannot land as it is.',
      found: paths,
      todo: 'Mend that in this checkout.',
      ends: { bounced: 'gate red', detail: `Git refuses a part of the work:\n${paths}` },
    }
  },
  beside: ({ beside: all, astray, work, ticket, words }: Left) => {
    const beside = all.filter(({ where }) => where !== HIDDEN)
    if (beside.length === 0 || astray !== null) return null
    const where = beside.map((each) => each.where).join(', ')
    const kept = beside.map(keptLine).join('; ')
    return {
      what: `Work lies beside HEAD, so it would not land: ${where}.`,
      found: beside.map((each) => `${besideLine(each)}\n  to bring it in: ${each.bring}`).join('\n'),
      todo: `Is it part of the ticket? Then bring it into the checkout. If not, delete it. ${SAY_SO(ticket)}`,
      ends:
        work === null
          ? { bounced: 'did nothing', detail: `${CHANGED_NOTHING} It left ${kept}.${quoted(words)}` }
          : null,
    }
  },
  gone: ({ gone, base, ticket }: Left) => {
    if (gone.length === 0) return null
    const bring = (path: string) =>
      `  to keep it as it stands: git add --force --sparse '${path}'\n  as it was: git checkout ${base} -- '${path}'`
    return {
      what: `Your change deletes files of main that the checkout's index has no more: ${gone.join(', ')}.`,
      found: gone.map((path) => `${path}\n${bring(path)}`).join('\n'),
      todo: `Git ignores them or a sparse checkout leaves them out, so an index that is built anew is without them. Is it what ticket #${ticket} asks for? Then leave it so. If not, bring them back (git sparse-checkout disable first).`,
      ends: null,
    }
  },
  takesBack: ({ takesBack, ticket }: Left) => {
    if (takesBack.length === 0) return null
    return {
      what: 'Your change takes back what landed before.',
      found: takesBack.join('\n'),
      todo: `Is that what ticket #${ticket} asks for? Then leave it so: the receipt says it. If not, bring those files back.`,
      ends: null,
    }
  },
  hidden: ({ hidden, beside, work, astray, ticket, words }: Left) => {
    if (hidden.length === 0 || astray !== null) return null
    const kept = beside.flatMap((each) => (each.where === HIDDEN ? ` They are kept in ${each.ref}.` : []))
    const what = `Settings of this checkout's own git hide files, so they would not land: ${hidden.join(', ')}.`
    return {
      what,
      found: hidden.map((path) => `${path}\n  to bring it in: git add --force '${path}'`).join('\n'),
      todo: `Is one of them part of the ticket? Then bring it in. If not, leave it. ${SAY_SO(ticket)}`,
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
      todo: `Is something still to do? Then do it. ${SAY_SO(ticket)} Do you need an answer first? Ask with \`ticket ask\`.`,
      ends: { bounced: 'did nothing', detail: `${CHANGED_NOTHING}${quoted(words)}` },
    }
  },
} satisfies Record<string, (left: Left) => Omit<Stand, 'about'> | null>

/** Name of an obstacle. */
export type About = keyof typeof STANDS

const SAY_SO = (ticket: number) =>
  `If nothing has to change at all, say so: \`ticket complete ${ticket} --no-change "why"\`.`

const CHANGED_NOTHING = 'It changed nothing and gave no reason when it was asked.'

/** Last words on the same line, since that is the one that a person reads first. */
function quoted(words: string): string {
  const line = words.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  return line === '' ? '' : ` Its last words: "${startOf(line, 300)}"`
}

/** Lists the obstacles that apply. */
export const standing = (left: Left): Stand[] =>
  (Object.keys(STANDS) as About[]).flatMap((about) => {
    const stand: Omit<Stand, 'about'> | null = STANDS[about](left)
    return stand === null ? [] : [{ about, ...stand }]
  })
