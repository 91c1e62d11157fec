/** A new user: a project of their own, a home of their own, and the programs on their PATH. */
import { execFileSync, spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { said } from './server.ts'

export const DIST = resolve('dist')
/** Name → file, as they are linked where the package is installed. */
const BIN: Record<string, string> = JSON.parse(readFileSync('package.json', 'utf8')).bin
const CLAUDE = resolve('.cache/harnesses/node_modules/.bin/claude')

export interface Person {
  folder: string
  env: NodeJS.ProcessEnv
  /** Both must end well; they give what was printed. */
  swarm(...argv: string[]): Promise<string>
  ticket(...argv: string[]): Promise<string>
  git(...argv: string[]): string
  write(files: Record<string, string>): void
}

/** With a repository of these files in one commit, and a Claude Code that has been used before. */
export function person(files: Record<string, string>, more: Record<string, string> = {}): Person {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-person-')))
  const folder = join(home, 'shop')
  const config = join(home, '.claude')
  const temporary = join(home, 'tmp')
  const programs = join(home, 'bin')
  for (const each of [folder, config, temporary, programs]) mkdirSync(each)
  for (const [name, path] of Object.entries(BIN)) symlinkSync(resolve(path), join(programs, name))
  writeFileSync(join(config, '.claude.json'), JSON.stringify(used(more.ANTHROPIC_API_KEY ?? '')))
  const env = {
    PATH: `${programs}:${process.env.PATH}`,
    HOME: home,
    TMPDIR: temporary,
    CLAUDE_CONFIG_DIR: config,
    SWARM_CLAUDE_BIN: CLAUDE,
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ...more,
  }
  const git = (...argv: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...argv], {
      cwd: folder,
      env,
      encoding: 'utf8',
    }).trim()
  const write = (given: Record<string, string>) => {
    for (const [path, text] of Object.entries(given)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text, { mode: path.endsWith('.sh') ? 0o755 : 0o644 })
    }
  }
  const program =
    (name: string) =>
    async (...argv: string[]) => {
      const child = spawn(join(programs, name), argv, { cwd: folder, env })
      const { code, out, err } = await said(child)
      expect(code, `${name} ${argv.join(' ')}\n${out}${err}`).toBe(0)
      return out
    }
  const swarm = program('swarm')
  onTestFinished(async () => {
    await swarm('stop').catch(() => {})
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  })
  write(files)
  git('init', '-q', '--initial-branch=main')
  git('add', '.')
  git('commit', '-qm', 'Begin')
  return { folder, env, swarm, ticket: program('ticket'), git, write }
}

/** What Claude Code notes once its first questions are answered: the theme, and that this key may be used. */
const used = (key: string) => ({
  hasCompletedOnboarding: true,
  lastOnboardingVersion: '2.1.332',
  theme: 'dark',
  customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
})
