/** What the tickets of a run ask for, drawn from its seed: mostly work, and some of everything that may come between. */
import type { chance } from '../sim/chance.ts'
import { GATE, SPARES } from './project.ts'

const SHARED = 'src/shared.txt'

type Draw = ReturnType<typeof chance>

export interface Asked {
  title: string
  script: object[]
  /** Waits for the one filed before it. */
  follows: boolean
  /** What main must hold once it has landed. */
  leaves: { file: string; text: string } | null
  /** All that it may change on `main`: its files. */
  touches: string[]
  /** Of those, what it removes. */
  removes: string[]
}

/** What becomes of `main`, by the titles of its tickets. */
export interface Expected {
  /** What a ticket must have left there once it has landed. */
  leaves: Map<string, { file: string; text: string }>
  /** All that it may change; a title that is not here may change anything. */
  touches: Map<string, string[]>
  /** Paths that somebody removes. */
  removed: Set<string>
}

export const nothingExpected = (): Expected => ({ leaves: new Map(), touches: new Map(), removed: new Set() })

const KINDS = [
  ['plain', 37],
  ['slow', 6],
  ['shared', 10],
  ['red at first', 6],
  ['no change', 4],
  ['asks', 4],
  ['changes the gate', 2],
  ['splits', 3],
  ['gives back', 3],
  ['leaves its base', 10],
  ['calls off a merge', 3],
  ['works beside HEAD', 4],
  ['nests a repository', 3],
  ['fills its disk', 2],
  ['removes', 3],
] as const
type Kind = (typeof KINDS)[number][0]

export function ticketOf(draw: Draw, n: number, sandbox: string): Asked {
  const kind = kindOf(draw.below(100))
  const file = `src/t${n}.txt`
  const write = { write: { file, text: `${n}\n` } }
  const pause = { pause: draw.between(20, 300) }
  const leaves = { file, text: `${n}\n` }
  const asked = { title: `${n}: ${kind}`, follows: draw.happens(12), touches: [file], removes: [] }
  const work = (script: object[]): Asked => ({ ...asked, script, leaves })
  const other = (script: object[]): Asked => ({ ...asked, script, leaves: null })
  switch (kind) {
    case 'plain':
      return work([pause, write])
    case 'slow':
      return work([write, { pause: draw.between(1500, 4000) }])
    case 'shared':
      return { ...other(shared(n)), touches: [SHARED] }
    case 'red at first':
      return work([
        { on: 'start', do: [{ write: { file, text: 'BUG\n' } }] },
        { on: 'red', do: [write] },
        { on: 'again', do: [write] },
      ])
    case 'no change':
      return other([pause, { no_change: 'It is so already.' }])
    case 'asks':
      return work([
        { on: 'start', do: [{ ask: `Which one, for ${n}?` }] },
        { on: 'again', do: [write] },
      ])
    case 'changes the gate':
      return {
        ...other([{ write: { file: 'verify.sh', text: `${GATE}# ${n}\n`, mode: '755' } }]),
        touches: ['verify.sh'],
      }
    case 'splits':
      return other([{ create: { title: `part of ${n}`, script: [pause, write] } }, { complete: true }])
    case 'gives back':
      return work([
        { on: 'start', do: [pause, { release: 'Not now.' }] },
        { on: 'again', do: [pause, write] },
      ])
    case 'leaves its base':
      return work(later([...leaving(draw, write), pause], write))
    case 'calls off a merge':
      return { ...other(callingOff(n)), touches: [SHARED] }
    case 'works beside HEAD':
      return work(later([write, run(draw.pick(BESIDE)), pause], write))
    case 'nests a repository':
      return { ...work(nesting(draw, n, write)), touches: [file, `vendor/t${n}`] }
    case 'fills its disk':
      return work(sandbox === 'process' ? [write] : filling(write))
    case 'removes': {
      const removes = [`spare/${draw.below(SPARES)}.txt`]
      return { ...work([run(`rm -f ${removes[0]}`), pause, write]), touches: [file, ...removes], removes }
    }
  }
}

function kindOf(percent: number): Kind {
  let below = 0
  for (const [kind, share] of KINDS) {
    below += share
    if (percent < below) return kind
  }
  return 'plain'
}

/** Everybody adds a line to the same file, and takes both sides where git cannot. */
function shared(n: number): object[] {
  return ['start', 'conflict', 'red', 'again'].map((on) => ({ on, do: [run(both(n))] }))
}

const both = (n: number) =>
  `sed -i '/^[<=>]\\{7\\}/d' ${SHARED}; grep -qx 'line ${n}' ${SHARED} || echo 'line ${n}' >> ${SHARED}`

/** It calls off the first merge that it is handed, and works on as if nothing had been. */
function callingOff(n: number): object[] {
  const isFirst = 'test -e .git/MERGE_HEAD && test ! -e ~/called-off'
  const once = `if ${isFirst}; then touch ~/called-off; git merge --abort; else ${both(n)}; fi`
  return [
    { on: 'start', do: [run(both(n)), { pause: 2000 }] },
    ...shared(n).slice(2),
    { on: 'conflict', do: [run(once)] },
  ]
}

/** Where `main` was a few commits ago. */
const OLD = 'old=$(git rev-list --first-parent --skip=3 -n 1 HEAD); old=${old:-HEAD}'
const AWAY = [
  `${OLD}; git checkout -q $old`,
  `${OLD}; git checkout -q -b mine $old`,
  `${OLD}; git reset -q --hard $old`,
  `${OLD}; git reset -q --soft $old`,
  `${OLD}; git bisect start -q HEAD $old; git checkout -q $old`,
  'git rev-parse -q --verify HEAD~1 && git commit -q --amend -m mine',
]
const REWRITTEN = `${OLD}; git add --all; git commit -qm mine; git rebase -q --onto $old HEAD~1 || git rebase --abort`

function leaving(draw: Draw, write: object): object[] {
  const away = draw.below(AWAY.length + 1)
  if (away === AWAY.length) return [write, run(REWRITTEN)]
  return [run(AWAY[away]!), write, ...(draw.happens(50) ? [run('git add --all; git commit -qm mine')] : [])]
}

/** Takes what `main` has of everything that is in conflict: in a merge its side is theirs, in saved work ours. */
const RESOLVED = `side=ours; test ! -e .git/MERGE_HEAD || side=theirs
git diff --name-only --diff-filter=U | while read -r path; do git checkout -q --$side -- "$path" || git rm -q "$path"; done`

/** The first attempt does this; whoever is asked again resolves what is in conflict and has the work in its place. */
const later = (first: object[], write: object): object[] => [
  { on: 'start', do: first },
  { on: 'again', do: [run(RESOLVED), write] },
]

const BESIDE = [
  'git add --all; git stash -q',
  'git stash -q --include-untracked',
  'git checkout -q -b beside; git add --all; git commit -qm beside; git checkout -q -',
  'git add --all; git commit -qm beside; git branch beside; git reset -q --hard HEAD~1',
  'git worktree add -q ~/beside && mv src/t*.txt ~/beside/src/; git checkout -q -- . ',
]

/** One without a commit, which `git add` refuses, or with one, which it takes for a submodule. Asked again, none is left. */
function nesting(draw: Draw, n: number, write: object): object[] {
  const place = `vendor/t${n}`
  const commit = draw.happens(50) ? '; git add --all; git commit -qm nested' : ''
  const nest = `git init -q ${place}; cd ${place}; echo ${n} > own.txt${commit}`
  return [
    { on: 'start', do: [write, run(nest)] },
    { on: 'again', do: [run(`rm -rf ${place}; ${RESOLVED}`), write] },
  ]
}

/** More than `disk_mb`; see storm.ts. */
const filling = (write: object): object[] => [
  { on: 'start', do: [write, run('head -c 400000000 /dev/zero > filler')] },
  { on: 'again', do: [run(`rm -f filler; ${RESOLVED}`), write] },
]

const run = (command: string) => ({ run: { command, may_fail: true } })
