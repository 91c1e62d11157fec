/** Format of beads: one JSON object per line, as in `.beads/issues.jsonl` or from `bd export`. */
import { z } from 'zod'
import type { Found } from '../host/machine.ts'
import { fitting, joined, parseJson } from './foreign.ts'

const text = z.string().nullish()

const BEAD = z.looseObject({
  id: z.string().min(1),
  title: z.string().min(1),
  description: text,
  design: text,
  acceptance_criteria: text,
  notes: text,
  status: z.string().nullish(),
  priority: z.int().min(0).max(4).nullish(),
  dependencies: z
    .array(z.looseObject({ depends_on_id: z.string().min(1), type: z.string().nullish() }))
    .nullish(),
  comments: z.array(z.looseObject({ author: text, text: z.string() })).nullish(),
})
type Bead = z.infer<typeof BEAD>

const DONE = ['closed', 'tombstone']
/** Usual priority, in the middle of 0 (urgent) to 4 (some day). */
const USUAL = 2

/** Reads an export of beads. Throws Refused for lines that do not fit. */
export function beads(source: string, name: string): Found {
  const all = source
    .split('\n')
    .map((line, at) => ({ line: line.trim(), where: `${name}, line ${at + 1}` }))
    .filter(({ line }) => line !== '')
    .map(({ line, where }) => fitting(BEAD, parseJson(line, where), where))
  const open = all.filter(({ status }) => !DONE.includes(status ?? 'open'))
  return {
    source: `beads ${all[0]?.id.replace(/-[^-]*$/, '') ?? ''}`.trim(),
    done: all.length - open.length,
    tickets: open.map((bead) => ({
      key: bead.id,
      title: bead.title,
      description: joined([
        bead.description,
        section('Design', bead.design),
        section('It is done when', bead.acceptance_criteria),
        section('Notes', bead.notes),
      ]),
      priority: USUAL - (bead.priority ?? USUAL),
      parent: waitsFor(bead, 'parent-child')[0] ?? null,
      blocked_by: waitsFor(bead, 'blocks'),
      comments: (bead.comments ?? []).map(({ author, text }) => ({ author: author || 'beads', body: text })),
    })),
  }
}

/** Ids at the other end of its edges, which point from a dependent or a part to the blocker or the whole. */
const waitsFor = ({ dependencies }: Bead, kind: string) =>
  (dependencies ?? [])
    .filter(({ type }) => (type ?? 'blocks') === kind)
    .map(({ depends_on_id }) => depends_on_id)

const section = (heading: string, text: string | null | undefined) =>
  text?.trim() ? `${heading}:\n${text.trim()}` : null
