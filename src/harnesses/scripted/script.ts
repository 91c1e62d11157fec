/**
 * Language of the scripted agent: a list of steps, in a fenced block of the ticket's description.
 *
 *     ```script
 *     [{"write": {"file": "hello.txt", "text": "hi\n"}}, {"say": "Done."}]
 *     ```
 *
 * Or blocks, each for one occasion: the ticket is new (`start`), the gate was `red`, the work was in `conflict`, a
 * person `rejected` it, the agent is `asked` about work beside `HEAD` (it changed nothing, or its work is not where it
 * can land from), or anything else brought it back (`again`).
 *
 *     [{"on": "start", "do": [steps]}, {"on": "red", "attempt": 1, "do": [steps]}, {"on": "again", "do": [steps]}]
 *
 * The block of the exact occasion wins, then `again` for anything but the start, then `start`; among several, one that
 * names the attempt. `asked` has only its own block: without one the agent does not answer. A step is an object with
 * one verb, as in STEPS below. A failing step ends the run as a failure.
 */
import * as z from 'zod'
import type { Occasion } from '../../ports/harness.ts'
import { SEND_BACK_REASONS } from '../../ticket/events.ts'
import { STATUSES } from '../../ticket/ticket.ts'

const file = z.string().min(1)
const text = z.string()
const words = z.string().min(1)
const ticket = z.union([z.int(), words])
const patience = {
  seconds: z.number().positive().max(3600).default(60),
  /** Continue when the time is over, instead of failing. */
  or_go_on: z.boolean().default(false),
}

/** Steps of a script. Files are relative to the checkout; a ticket is named by its id or its exact title. */
export const STEPS = {
  write: z.strictObject({
    file,
    text,
    /** Octal, such as "755". */
    mode: z
      .string()
      .regex(/^[0-7]{3,4}$/)
      .optional(),
  }),
  append: z.strictObject({ file, text }),
  /** Replaces the first occurrence, or `all`; `old` must exist. */
  replace: z.strictObject({ file, old: words, new: text, all: z.boolean().default(false) }),
  delete: file,
  rename: z.strictObject({ from: file, to: file }),
  symlink: z.strictObject({ file, to: text }),
  /** A patch as `git diff --binary` prints it; where it is in already, nothing happens. `gzip`: the same, packed, in
   * base 64, which carries bytes that are no text. Where it does not fit yet, as `block` with `or_block`. */
  apply: z.union([words, z.strictObject({ gzip: z.base64().min(1), or_block: z.array(ticket).default([]) })]),
  /** A shell command; exit 0 unless it `may_fail`. */
  run: z.union([words, z.strictObject({ command: words, may_fail: z.boolean().default(false) })]),
  /** Commits everything, under this message. */
  commit: words,
  say: text,
  /** Pauses for that many milliseconds. */
  pause: z.number().nonnegative().max(600_000),
  /**
   * Waits for a ticket's status, a file, a new commit on main, or a shell command that exits 0; fails after `seconds`.
   */
  until: z.union([
    /** `working`: an agent works on it, or has. */
    z.strictObject({ ticket, is: z.enum([...STATUSES, 'working']), ...patience }),
    z.strictObject({ file, ...patience }),
    z.strictObject({ main: z.literal('moved'), ...patience }),
    z.strictObject({ run: words, ...patience }),
  ]),

  comment: words,
  /** Creates a sub-ticket. `script` is its own script, `after` its blockers. */
  create: z.strictObject({
    title: words,
    description: text.default(''),
    script: z.array(z.unknown()).optional(),
    after: z.union([ticket, z.array(ticket)]).default([]),
    /** True: tickets blocked by this one are also blocked by the new one. */
    block_dependents: z.boolean().default(false),
  }),
  /** Steps from here to `complete` give the ticket back or declare that there is nothing to land, and end the run. */
  ask: z.union([words, z.strictObject({ question: words, description: text.default('') })]),
  /** Waits for a ticket; of several for the last one that is not done, and where all are, the script goes on. */
  block: z.union([ticket, z.array(ticket)]),
  release: words,
  no_change: words,
  /** Declares that the ticket was split into sub-tickets. */
  complete: z.literal(true),

  usage: z.strictObject({
    input: z.int().nonnegative().default(0),
    output: z.int().nonnegative().default(0),
    /** US dollars. */
    cost: z.number().nonnegative().optional(),
  }),

  /** Faults, for tests and demos. `crash` is an exit code, `print` a number of bytes of noise. */
  crash: z.int().min(0).max(255),
  kill: z.literal(true),
  hang: z.literal(true),
  print: z
    .int()
    .positive()
    .max(64 * 1024 * 1024),
  /** Prints any line of our own, such as an unknown event. */
  event: z.record(z.string(), z.unknown()),
  fail: z.strictObject({
    reason: z.enum(SEND_BACK_REASONS),
    detail: text.default('As scripted.'),
    /** End of a usage limit, as a date or in seconds from now. */
    until: z.union([z.iso.datetime(), z.number()]).optional(),
  }),
} as const

/** Verb of a step. */
export type Verb = keyof typeof STEPS
/** Argument of a verb. */
export type With<V extends Verb> = z.infer<(typeof STEPS)[V]>
/** Step with its verb and argument. */
export type Step = { [V in Verb]: { verb: V; with: With<V> } }[Verb]

/** Steps for one occasion. */
export interface Block {
  on: Occasion
  attempt: number | null
  steps: Step[]
}

/** Error of a script that cannot be read; the message gives the place and the reason. */
export class BadScript extends Error {
  override name = 'BadScript'
}

const FENCE = /^[ \t]*```script[ \t]*\r?\n([\s\S]*?)^[ \t]*```[ \t]*$/m

/** Parses the first script in a ticket's description; null when there is none. Throws BadScript. */
export function scriptIn(description: string): Block[] | null {
  const source = FENCE.exec(description)?.[1]
  if (source === undefined) return null
  let raw: unknown
  try {
    raw = JSON.parse(source)
  } catch (error) {
    throw new BadScript(`The script is not JSON: ${(error as Error).message}`)
  }
  return parseScript(raw)
}

/** Parses a script into blocks. Throws BadScript. */
export function parseScript(raw: unknown): Block[] {
  if (!Array.isArray(raw)) throw new BadScript('A script is a list of steps or of blocks.')
  if (!raw.some((each) => isObject(each) && 'do' in each))
    return [{ on: 'start', attempt: null, steps: stepsOf(raw, '') }]
  return raw.map((each, index) => {
    const block = BLOCK.safeParse(each)
    if (!block.success) throw new BadScript(`Block ${index + 1}: ${reasonOf(block.error)}`)
    const { on, attempt, do: steps } = block.data
    return { on, attempt: attempt ?? null, steps: stepsOf(steps, `Block ${index + 1} (${on}), `) }
  })
}

const BLOCK = z.strictObject({
  on: z.enum(['start', 'red', 'conflict', 'rejected', 'asked', 'again']),
  attempt: z.int().positive().optional(),
  do: z.array(z.unknown()),
})

function stepsOf(raw: unknown[], where: string): Step[] {
  return raw.map((each, index) => {
    const at = `${where}step ${index + 1}`
    const verbs = isObject(each) ? Object.keys(each) : []
    const verb = verbs[0]
    if (verb === undefined || verbs.length > 1)
      throw new BadScript(`${at}: a step is an object with one verb, such as {"say": "hello"}.`)
    if (!isVerb(verb))
      throw new BadScript(`${at}: there is no "${verb}"; there are ${Object.keys(STEPS).join(', ')}.`)
    const parsed = STEPS[verb].safeParse((each as Record<string, unknown>)[verb])
    if (!parsed.success) throw new BadScript(`${at} (${verb}): ${reasonOf(parsed.error)}`)
    return { verb, with: parsed.data } as Step
  })
}

/** Steps for an occasion; null when the script has none for it. */
export function stepsFor(blocks: Block[], occasion: Occasion, attempt: number): Step[] | null {
  const isAlone = occasion === 'start' || occasion === 'asked'
  const fallbacks: Occasion[] = isAlone ? [occasion] : [occasion, 'again', 'start']
  for (const on of fallbacks) {
    const fits = blocks.filter((block) => block.on === on)
    const block = fits.find((each) => each.attempt === attempt) ?? fits.find((each) => each.attempt === null)
    if (block) return block.steps
  }
  return null
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const isVerb = (verb: string): verb is Verb => Object.hasOwn(STEPS, verb)

function reasonOf(error: z.ZodError): string {
  const issue = error.issues[0]!
  return issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message
}
