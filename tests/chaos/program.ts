/** What the long proofs on real servers have in common as programs: flags, and a folder of their own that goes at the end. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { whenCalledOff } from '../../demo/flags.ts'
import { stopServers } from './server.ts'

/** The flags that each of them has. */
export const COMMON = {
  seed: { type: 'string', default: String(Date.now() % 100_000) },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

interface Program<W> {
  /** Such as `chaos`. */
  name: string
  help: string
  asked: { keep: boolean; help: boolean }
  /** What it was asked for, as values. Ends the program where that cannot be. */
  read(): W
  /** Gives the exit code. `above` is the folder for everything that it makes. */
  run(above: string, wanted: W): Promise<number>
  /** What has to go before the folder can. */
  release?(above: string): void
}

/** Runs it in a folder of its own, which is left there only when it was asked for. Gives the exit code. */
export async function runProgram<W>({ name, help, asked, read, run, release }: Program<W>): Promise<number> {
  if (asked.help) {
    console.log(help)
    return 0
  }
  if (process.platform !== 'linux') {
    console.error(`${name} looks at processes by /proc, so it runs on Linux only.`)
    return 2
  }
  const wanted = read()
  const above = realpathSync(mkdtempSync(join(tmpdir(), `swarm-${name}-`)))
  const clear = () => {
    if (asked.keep) return console.error(`Look at it in ${above}`)
    release?.(above)
    rmSync(above, { recursive: true, force: true, maxRetries: 5 })
  }
  whenCalledOff(async () => {
    await stopServers()
    clear()
  })
  try {
    return await run(above, wanted)
  } finally {
    clear()
  }
}
