/** What the tickets of a run ask for, drawn from its seed: mostly work, and some of everything that may come between. */
import type { chance } from '../sim/chance.ts'
import { GATE } from './project.ts'

type Draw = ReturnType<typeof chance>

export interface Asked {
  title: string
  script: object[]
  /** Waits for the one filed before it. */
  follows: boolean
  /** What main must hold once it has landed. */
  leaves: { file: string; text: string } | null
}

const KINDS = [
  ['plain', 62],
  ['slow', 6],
  ['shared', 10],
  ['red at first', 6],
  ['no change', 4],
  ['asks', 4],
  ['changes the gate', 2],
  ['splits', 3],
  ['gives back', 3],
] as const
type Kind = (typeof KINDS)[number][0]

export function ticketOf(draw: Draw, n: number): Asked {
  const kind = kindOf(draw.below(100))
  const file = `src/t${n}.txt`
  const write = { write: { file, text: `${n}\n` } }
  const pause = { pause: draw.between(20, 300) }
  const leaves = { file, text: `${n}\n` }
  const asked = { title: `${n}: ${kind}`, follows: draw.happens(12) }
  const work = (script: object[]): Asked => ({ ...asked, script, leaves })
  const other = (script: object[]): Asked => ({ ...asked, script, leaves: null })
  switch (kind) {
    case 'plain':
      return work([pause, write])
    case 'slow':
      return work([write, { pause: draw.between(1500, 4000) }])
    case 'shared':
      return other(shared(n))
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
      return other([{ write: { file: 'verify.sh', text: `${GATE}# ${n}\n`, mode: '755' } }])
    case 'splits':
      return other([{ create: { title: `part of ${n}`, script: [pause, write] } }, { complete: true }])
    case 'gives back':
      return work([
        { on: 'start', do: [pause, { release: 'Not now.' }] },
        { on: 'again', do: [pause, write] },
      ])
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
  const both = `sed -i '/^[<=>]\\{7\\}/d' src/shared.txt; grep -qx 'line ${n}' src/shared.txt || echo 'line ${n}' >> src/shared.txt`
  return ['start', 'conflict', 'red', 'again'].map((on) => ({ on, do: [{ run: both }] }))
}
