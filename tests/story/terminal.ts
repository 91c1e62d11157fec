/** The `swarm` program without its process: real folders, real git, and a terminal that remembers. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { run } from '../../src/cli/swarm/run.ts'
import { hostOf } from '../../src/main/host.ts'

export interface Said {
  code: number
  out: string
  err: string
}

export interface Typing {
  folder: string
  /** What the person answers when asked to confirm; nobody can be asked without this or `answers`. */
  answer?: boolean
  /** What they choose and type, one after the other; then they give up. */
  answers?: (string | null)[]
  /** What they make of a text in their editor. */
  edits?: (text: string, name: string) => string | null
  signal?: AbortSignal
  environment?: Record<string, string>
}

/** Runs one command line, such as `init . --yes`. */
export async function swarm(
  argv: string[],
  { folder, answer, answers = [], edits, signal, environment = {} }: Typing,
): Promise<Said> {
  let [out, err] = ['', '']
  const left = [...answers]
  const isPerson = answer !== undefined || answers.length > 0
  const host = hostOf({
    terminal: {
      write: (text) => {
        out += text
      },
      writeError: (text) => {
        err += text
      },
      isTty: isPerson,
      canAsk: isPerson,
      hasColor: false,
      columns: 80,
      takeScreen: () => {
        throw new Error('this terminal has no screen')
      },
      confirm: async (question) => {
        out += `${question}\n`
        return answer ?? false
      },
      choose: async (question, choices) => {
        out += `${question} ${choices.map(({ key, label }) => `(${key}) ${label}`).join(' ')}\n`
        const next = left.shift() ?? null
        const chosen = choices.find(({ key }) => key === next)
        if (next !== null && !chosen) throw new Error(`'${next}' is no answer to: ${question}`)
        return chosen?.key ?? null
      },
      ask: async (question) => {
        out += `${question}\n`
        return left.shift() ?? null
      },
      askSecret: async (question) => {
        out += `${question}\n`
        return left.shift() ?? null
      },
      edit: async (text, name) => (edits ? edits(text, name) : text),
    },
    environment: { PATH: process.env.PATH, HOME: folder, SWARM_SANDBOX: 'process', ...environment },
    folder,
    program: 'swarm',
    signal: signal ?? new AbortController().signal,
    report: null,
    onBug: () => {},
  })
  const code = await run(argv, host)
  return { code, out, err }
}

/** An empty folder that is removed after the test. */
export function newFolder(name = 'shop'): string {
  const above = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-cli-')))
  onTestFinished(() => rmSync(above, { recursive: true, force: true, maxRetries: 5 }))
  const folder = join(above, name)
  execFileSync('mkdir', ['-p', folder])
  return folder
}

const NOBODY = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', PATH: process.env.PATH }
const PERSON = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org']

export const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, ...PERSON, ...args], {
    encoding: 'utf8',
    env: NOBODY,
    stdio: 'pipe',
  }).trim()

/** Everything in a folder that a person would miss if it changed. */
export function picture(folder: string): string {
  const files = execFileSync(
    'sh',
    [
      '-c',
      'find . \\( -path ./.git/objects -o -path ./.git/logs \\) -prune -o \\( -type f -o -type d \\) -print | sort | while read -r f; do ls -ld "$f" | cut -c1-10; echo "$f"; [ -f "$f" ] && cksum < "$f"; done; true',
    ],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  return files
}
