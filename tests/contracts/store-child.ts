/** Programs that tests start as processes of their own: bundled into a folder, with the packages of the project. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const packages = join(here, '..', '..', 'node_modules')

export async function bundle(program: string, folder: string): Promise<string> {
  const outfile = join(folder, `${program}.cjs`)
  await build({
    entryPoints: [join(here, `${program}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    loader: { '.sql': 'text' },
    external: ['@photostructure/sqlite', 'node:sqlite'],
  })
  return outfile
}

export interface Child {
  process: ChildProcess
  /** Everything that it printed, once it has ended. */
  output: Promise<string>
  ended: Promise<{ exit: number | null; signal: string | null }>
}

export function start(program: string, ...args: string[]): Child {
  const env = { PATH: process.env.PATH, NODE_PATH: packages }
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (data) => {
    output += data
  })
  child.stderr.on('data', (data) => {
    output += data
  })
  const ended = once(child, 'close').then(([exit, signal]) => ({ exit, signal }))
  return { process: child, output: ended.then(() => output), ended }
}
