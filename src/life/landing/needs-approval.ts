/** Reasons why a candidate waits for a person, in words for them. */
import { shown } from '../../ports/path-bytes.ts'
import type { World } from '../../ports/world.ts'
import { startOf } from '../../ticket/cut.ts'
import type { ProtectedPart } from '../../ticket/events.ts'
import type { Candidate } from './combine.ts'
import { nameOf, type Part } from './meaning/differ.ts'

/** Finds the reasons; `paths` is empty when it need not wait, `parts` holds the changed parts of files. */
export function whyApproval(
  world: World,
  candidate: Candidate,
): { paths: string[]; parts?: ProtectedPart[] } {
  const { meaning, programs, doubts } = candidate
  const paths = [
    ...candidate.protected,
    ...programs,
    ...new Set(meaning.map(nameOf)),
    ...(world.settings().doubtsNeedApproval ? doubts : []),
  ]
  const parts = meaning.filter(isPart).slice(0, MOST)
  if (parts.length === 0) return { paths }
  return {
    paths,
    parts: parts.map((each) => ({
      ...each,
      path: shown(each.path),
      before: short(each.before),
      after: short(each.after),
    })),
  }
}

const isPart = (part: Part): part is ProtectedPart => part.part !== null

/** Maximum number of parts, and characters of each, so that events stay small. The whole is in the diff. */
const MOST = 10
const LENGTH = 1000

const short = (text: string | null): string | null => (text === null ? null : startOf(text, LENGTH))
