/** Which commits of a history wait for which: those that change the same lines, or whole files. Pure. */

/** A hunk of a patch: from which line of the old file on, and what each of its lines is. */
export interface Hunk {
  /** The first line of the old file that it shows, from 0 on. */
  start: number
  /** One mark a line: ` ` stays, `-` goes, `+` comes. */
  marks: string
}

/** What a commit does to one path. */
export interface Touch {
  path: string
  /**
   * Null for a change of the whole file: it is made, removed, renamed, binary, or changes its mode or kind; or a hunk of
   * it fits in more than one place.
   */
  hunks: Hunk[] | null
}

/** What is known of one file: who changed each line and each gap between lines last. What nobody did is not there. */
interface Blame {
  lines: (number | undefined)[]
  /** The gap before the line of the same index: lines were taken out there. */
  gaps: (Set<number> | undefined)[]
  /** The last one that changed the file as a whole. */
  whole: number | undefined
  everybody: Set<number>
}

/**
 * For each commit, in their order, the earlier ones that it waits for. A patch fits wherever these are in, whatever else
 * of the history is in or is not: its hunks show no line that another one changes.
 */
export function waits(commits: Touch[][]): number[][] {
  const files = new Map<string, Blame>()
  return commits.map((touches, who) => {
    const found = new Set<number>()
    for (const touch of touches) for (const each of before(files, touch)) found.add(each)
    for (const touch of touches) change(files, touch, who)
    return [...found].sort((one, other) => one - other)
  })
}

function before(files: Map<string, Blame>, { path, hunks }: Touch): number[] {
  const file = files.get(path)
  if (hunks === null) return [...(file?.everybody ?? []), ...around(files, path)]
  if (file === undefined) return []
  const whole = file.whole === undefined ? [] : [file.whole]
  return [...whole, ...hunks.flatMap((hunk) => inside(file, hunk))]
}

/** Those that changed a file where the path has a folder, or below the path. */
const around = (files: Map<string, Blame>, path: string): number[] =>
  [...files].flatMap(([other, { everybody }]) =>
    path.startsWith(`${other}/`) || other.startsWith(`${path}/`) ? [...everybody] : [],
  )

function inside({ lines, gaps }: Blame, { start, marks }: Hunk): number[] {
  const end = start + [...marks].filter((mark) => mark !== '+').length
  const changed = lines.slice(start, end).filter((who) => who !== undefined)
  return [...changed, ...gaps.slice(start, end + 1).flatMap((gap) => [...(gap ?? [])])]
}

function change(files: Map<string, Blame>, { path, hunks }: Touch, who: number): void {
  const known = files.get(path)
  const file = known ?? { lines: [], gaps: [], whole: undefined, everybody: new Set<number>() }
  files.set(path, file)
  file.everybody.add(who)
  if (hunks === null) {
    file.whole = who
    file.lines = []
    file.gaps = []
    return
  }
  // From the last one on, so that the lines before it are where the hunk says.
  for (const hunk of hunks.toReversed()) edit(file, hunk, who)
}

function edit(file: Blame, { start, marks }: Hunk, who: number): void {
  const edits = [...marks.matchAll(/[-+]+/g)].map(({ 0: run, index }) => ({
    at: start + count(marks.slice(0, index), /[ -]/g),
    removed: count(run, /-/g),
    added: count(run, /\+/g),
  }))
  for (const { at, removed, added } of edits.toReversed()) {
    file.lines.length = Math.max(file.lines.length, at + removed)
    file.gaps.length = Math.max(file.gaps.length, at + removed + 1)
    file.lines.splice(at, removed, ...Array<number>(added).fill(who))
    const edges = new Set([...(file.gaps[at] ?? []), ...(file.gaps[at + removed] ?? []), who])
    file.gaps.splice(at, removed + 1, ...Array<Set<number>>(added + 1).fill(edges))
  }
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0
