/** The program `ticket` as users start it: bundled like dist/ticket.cjs, in a process of its own. */
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface Ended {
  code: number | null
  out: string
  err: string
}

export interface Starting {
  cwd: string
  env?: Record<string, string>
  stdin?: string
}

export interface Program {
  path: string
  run(args: string[], starting: Starting): Promise<Ended>
  remove(): void
}

export async function ticketProgram(): Promise<Program> {
  const folder = join(root, '.cache', `ticket-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'ticket.cjs')
  await build({
    absWorkingDir: root,
    entryPoints: ['src/main/ticket.ts'],
    outfile: path,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifySyntax: true,
    loader: { '.sql': 'text' },
    external: ['@photostructure/sqlite', 'node:sqlite'],
    logLevel: 'warning',
  })
  return {
    path,
    run: (args, starting) => start(process.execPath, [path, ...args], starting),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** Any program, with `TICKET_DB` only where it is given. */
export function start(command: string, args: string[], { cwd, env, stdin }: Starting): Promise<Ended> {
  const { TICKET_DB: _, ...inherited } = process.env
  const child = spawn(command, args, { cwd, env: { ...inherited, ...env } })
  const ended: Ended = { code: null, out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    ended.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    ended.err += text
  })
  child.stdin.on('error', () => {}).end(stdin ?? '')
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ ...ended, code }))
  })
}
