/**
 * For how long the server's loop stands still at most: with more agents than this machine can carry, and while agents hand
 * in trees of a million paths that are a few kilobytes. `npm run bench -- hostile [--agents N] [--tickets N]`
 * Goal: under 200 ms. The baseline is a process beside it that does nothing. The last line is JSON, in milliseconds:
 * as loop-delay.mjs tells them, of the server and of the baseline (`idle`). `own` is what the goal is for.
 */
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { BESIDE, onHead } from '../tests/e2e/million-paths.ts'
import { api, asker, project, repeat, type Step } from './project.ts'
import { startWatched, type Watched } from './watched-server.ts'

/** A ticket, and whether git must refuse what its agent brings. */
interface Wanted {
  title: string
  script: Step[]
  isRefused?: true
}

const GOAL_MS = 200
const LOOK_MS = 500

export async function run(args: string[]): Promise<void> {
  const number = { type: 'string' } as const
  const options = { agents: number, tickets: number }
  const { agents = '32', tickets = '64' } = parseArgs({ args, options }).values
  const plain = repeat(Number(tickets), (n) => writes(n))
  const found = {
    agents: await measure(Number(agents), plain),
    hostile: await measure(4, [
      ...repeat(6, (n) => ({ ...KINDS[n % 2]!, isRefused: true as const })),
      ...plain.slice(0, 16),
    ]),
  }
  console.log(
    `hostile: ${agents} agents with ${tickets} tickets; then 4 that submit a million paths, again and again`,
  )
  for (const [what, { longest, own, worked, idle }] of Object.entries(found))
    console.log(
      `  ${what.padEnd(8)} longest ${longest} ms, own ${own} ms, worked ${worked} ms; beside it ${idle.longest}, ${idle.own} and ${idle.worked} ms; goal under ${GOAL_MS} ms: ${(own ?? longest) < GOAL_MS ? 'met' : 'MISSED'}`,
    )
  console.log(JSON.stringify(found))
}

const writes = (n: number): Wanted => ({
  title: `writes ${n}`,
  script: [{ write: { file: `src/new-${n}.txt`, text: 'new\n'.repeat(50) } }, { print: 50_000 }],
})

const KINDS: Wanted[] = [
  { title: 'a million paths on HEAD', script: [{ run: onHead('src') }] },
  { title: 'a million paths beside it', script: [{ run: BESIDE }] },
]

const OVER = ['ready', 'done']

async function measure(agents: number, tickets: Wanted[]) {
  const folder = project('swarm-bench-hostile-', 40)
  let server: Watched | null = null
  try {
    server = startWatched(folder, agents)
    const [ask, get] = [asker(folder), api(folder)]
    const ids: number[] = []
    for (const { title, script } of tickets) {
      const description = `\`\`\`script\n${JSON.stringify(script)}\n\`\`\``
      ids.push((await ask('POST', '/api/tickets', { title, description })).id)
    }
    for (const [at, { isRefused }] of tickets.entries())
      await until(async () => {
        // The breaker stops them for failures that are alike; a person would let them go on.
        if ((await get('/api/status')).paused) await ask('DELETE', '/api/pause')
        const { status, attempt_records: records } = await get(`/api/tickets/${ids[at]}`)
        // Submitted: that the merge queue lands one after the other is not measured here.
        return isRefused
          ? records.some(({ reason }) => /Git refuses/.test(reason ?? ''))
          : OVER.includes(status)
      })
    const { server: found, idle } = (await server.stop())!
    return { ...found, idle }
  } finally {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
}
