/** Reads consecutive commits of a repository, each as its change against its first parent. Writes nothing there. */
import { spawnSync } from 'node:child_process'
import type { Hunk, Touch } from './lines.ts'

export interface Commit {
  commit: string
  subject: string
  /** What `git apply` takes; empty where nothing of what is replayed changes. */
  patch: Buffer
  touches: Touch[]
}

export interface History {
  repository: string
  /** The commit before the first one. */
  base: string
  commits: Commit[]
}

/** The repository or the commits that were asked for are not there; the message says which. */
export class NoHistory extends Error {
  override name = 'NoHistory'
}

const MOST_BYTES = 2 ** 30

/** The output of a git that nobody's settings change; a failure throws `NoHistory`. */
export function gitIn(
  repository: string,
  args: string[],
  more: { env?: Record<string, string> } = {},
): Buffer {
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', repository, ...args], {
    maxBuffer: MOST_BYTES,
    env: { ...ENV, PATH: process.env.PATH, ...more.env },
  })
  if (status !== 0)
    throw new NoHistory(
      `git ${args[0]} in ${repository}: ${(error?.message ?? String(stderr)).trim().split('\n')[0]}`,
    )
  return stdout
}

/** A repository may belong to somebody else. */
const ENV = {
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  LC_ALL: 'C',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
}

const linesOf = (output: Buffer): string[] => output.toString('utf8').split('\n').filter(Boolean)

/** The last `count` commits of the first-parent history that ends with `to`; fewer where there are fewer. */
export function listCommits(repository: string, to: string, count: number): { base: string; list: string[] } {
  const range = ['--first-parent', `--max-count=${count + 1}`, '--end-of-options', to]
  const [base, ...list] = linesOf(gitIn(repository, ['rev-list', ...range])).reverse()
  if (base === undefined || list.length === 0) throw new NoHistory(`${to} has no commit before it.`)
  return { base, list }
}

/** Reads the changes; of paths in `without` nothing is said. */
export function readHistory(
  repository: string,
  { base, list }: { base: string; list: string[] },
  without: string[],
): History {
  const commits = list.map((commit, at) => {
    const range = [list[at - 1] ?? base, commit]
    const rest = ['--', '.', ...without.map((path) => `:(exclude,top,literal)${path}`)]
    const patch = gitIn(repository, ['diff', ...PATCH, ...range, ...rest])
    const raw = gitIn(repository, ['diff', ...RAW, ...range, ...rest])
    const subject = gitIn(repository, ['log', '-1', '--format=%s', commit]).toString('utf8').trim()
    return { commit, subject, patch, touches: touchesOf(repository, raw, patch) }
  })
  return { repository, base, commits }
}

const EITHER = ['--no-ext-diff', '--no-textconv', '--find-renames', '--no-color', '--ignore-submodules=none']
const PATCH = [...EITHER, '--binary', '--full-index', '--unified=3', '--src-prefix=a/', '--dst-prefix=b/']
const RAW = [...EITHER, '--raw', '-z', '--no-abbrev']

const SUBMODULE = '160000'

/** The letters of git's raw format; a change of the kind has two parts in the patch. */
function touchesOf(repository: string, raw: Buffer, patch: Buffer): Touch[] {
  const fields = raw.toString('latin1').split('\0')
  const sections = patch.toString('latin1').split(/^(?=diff --git )/m)
  if (sections[0] === '') sections.shift()
  const touches: Touch[] = []
  for (let at = 0; fields[at]?.startsWith(':'); ) {
    const [oldMode, newMode, old, , status] = fields[at++]!.slice(1).split(' ') as [
      string,
      string,
      string,
      string,
      string,
    ]
    const paths = [fields[at++]!, ...(/^[RC]/.test(status) ? [fields[at++]!] : [])]
    const section = sections.splice(0, status === 'T' ? 2 : 1)[0] ?? ''
    const isEdit = status === 'M' && oldMode === newMode && newMode !== SUBMODULE
    const hunks = isEdit ? fitting(hunksOf(section), repository, old) : null
    touches.push(...paths.map((path) => ({ path, hunks })))
  }
  if (sections.length > 0) throw new NoHistory('git gives more patches than changes.')
  return touches
}

interface Shown extends Hunk {
  /** The lines of the old file that it shows. */
  before: string
}

/** None for a binary file. */
function hunksOf(section: string): Shown[] {
  const hunks: Shown[] = []
  for (const line of section.split('\n')) {
    const head = /^@@ -(\d+)(?:,(\d+))? /.exec(line)
    const last = hunks.at(-1)
    // Where no line of the old file is shown, git names the one before.
    if (head) hunks.push({ start: Number(head[1]) - (head[2] === '0' ? 0 : 1), marks: '', before: '' })
    else if (last && /^[ +-]/.test(line)) {
      last.marks += line[0]
      if (line[0] !== '+') last.before += `${line.slice(1)}\n`
    }
  }
  return hunks
}

/** Null where there are none, or one of them fits in more than one place of the old file. */
function fitting(hunks: Shown[], repository: string, blob: string): Hunk[] | null {
  if (hunks.length === 0) return null
  const old = `\n${gitIn(repository, ['cat-file', 'blob', blob]).toString('latin1')}\n`
  const isAlone = ({ before }: Shown) => {
    const first = old.indexOf(`\n${before}`)
    return before !== '' && old.indexOf(`\n${before}`, first + 1) === -1
  }
  return hunks.every(isAlone) ? hunks : null
}
