/** Format of GitHub issues, as `gh issue list --json …` prints them. Blockers are found in the text. */
import { z } from 'zod'
import type { Found } from '../host/machine.ts'
import { fitting, joined, parseJson } from './foreign.ts'

const Person = z.looseObject({ login: z.string() }).nullish()

const ISSUE = z.looseObject({
  number: z.int().min(1),
  title: z.string().min(1),
  body: z.string().nullish(),
  state: z.string().nullish(),
  url: z.string().nullish(),
  labels: z.array(z.looseObject({ name: z.string() })).nullish(),
  comments: z.array(z.looseObject({ author: Person, body: z.string() })).nullish(),
  parent: z.looseObject({ number: z.int() }).nullish(),
})
type Issue = z.infer<typeof ISSUE>

/** Reads issues of GitHub. Throws Refused for data that does not fit. */
export function github(text: string, name: string): Found {
  const all = fitting(z.array(ISSUE), parseJson(text, name), name)
  const open = all.filter(({ state }) => !/^closed$/i.test(state ?? 'open'))
  return {
    source: `github ${repositoryOf(all)}`.trim(),
    done: all.length - open.length,
    tickets: open.map((issue) => ({
      key: String(issue.number),
      title: issue.title,
      description: joined([issue.body, labelsOf(issue), issue.url]),
      parent: parentOf(issue),
      blocked_by: numbersAfter(issue.body ?? '', /\b(?:blocked by|depends on)\b/gi),
      comments: (issue.comments ?? [])
        .filter(({ body }) => body.trim() !== '')
        .map(({ author, body }) => ({ author: author?.login ?? 'ghost', body })),
    })),
  }
}

const repositoryOf = (issues: Issue[]) =>
  issues.map(({ url }) => /github[^/]*\/([^/]+\/[^/]+)\/issues\//.exec(url ?? '')?.[1]).find(Boolean) ?? ''

const labelsOf = ({ labels }: Issue) =>
  labels && labels.length > 0 ? `Labels: ${labels.map(({ name }) => name).join(', ')}` : null

function parentOf({ parent, body }: Issue): string | null {
  if (parent) return String(parent.number)
  return numbersAfter(body ?? '', /\b(?:part of|parent:?)/gi)[0] ?? null
}

/** Numbers after certain words: `Blocked by #12, #13 and #14` names three. */
function numbersAfter(text: string, words: RegExp): string[] {
  return [...text.matchAll(new RegExp(`${words.source}:?((?:[\\s,]|and|#\\d+)*)`, 'gi'))].flatMap(
    ([, list]) => [...(list ?? '').matchAll(/#(\d+)/g)].map(([, number]) => number!),
  )
}
