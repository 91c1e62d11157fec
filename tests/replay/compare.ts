/** Whether two commits of two repositories have the same files. */
import { gitIn } from './history.ts'

export interface At {
  repository: string
  commit: string
}

/** Paths whose kind, mode or bytes differ, or that only one of the two has; without those in `without`. */
export function differing(one: At, other: At, without: string[]): string[] {
  const [left, right] = [entriesOf(one), entriesOf(other)]
  const paths = new Set([...left.keys(), ...right.keys()])
  return [...paths].filter((path) => left.get(path) !== right.get(path) && !without.includes(path)).sort()
}

/** Of each path: mode, kind and name of the object. */
function entriesOf({ repository, commit }: At): Map<string, string> {
  const listed = gitIn(repository, ['ls-tree', '-r', '-z', '--full-tree', commit]).toString('latin1')
  return new Map(
    listed
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(line.indexOf('\t') + 1), line.slice(0, line.indexOf('\t'))]),
  )
}
