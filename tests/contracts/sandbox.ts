/** What every sandbox must do, whatever it is made of. An adapter's test calls `sandboxContract` with a way to make one. */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { buildSync } from 'esbuild'
import { afterAll, describe, expect } from 'vitest'
import type { ExecOptions, ExecResult, Sandbox, Sandboxes, SandboxSpec } from '../../src/ports/sandbox.ts'
import { itUnless } from './gaps.ts'
import { folder, git, workIn } from './repo.ts'
import { lag } from './still.ts'
import { takingContract } from './taking.ts'
import { startsInTurns } from './turns.ts'

/** A bare repository that the sandboxes may clone from: `commit` is in the history of `ref`, whose tip is `tip`. */
export interface Source {
  source: string
  ref: string
  commit: string
  tip: string
}

export interface SandboxCase {
  make(): Promise<Sandboxes>
  source(): Promise<Source>
  /** Opens a sandbox in a server that is then killed, with `sleep 1000` in it. Gives whether anything of it is left. */
  abandon(source: Source): Promise<() => boolean>
  /** Variables that its image sets. */
  ofImage?: string[]
  /** Why none of it can run on this machine; null when it can. */
  reason?: string | null
}

/** A bare repository with two commits, in a path with odd characters; sandboxes get the first one. */
export async function smallSource(): Promise<Source> {
  const project = workIn(folder())
  git(project.path, 'init', '--quiet', '--initial-branch=trunk')
  project.put({ a: 'a\n', '.gitignore': 'ignored\n' })
  const commit = project.commit('one')
  project.put({ b: 'b\n' })
  const tip = project.commit('two')
  const bare = join(folder(), 're%20po é.git')
  git('/', 'clone', '--quiet', '--bare', project.path, bare)
  return { source: bare, ref: 'refs/heads/trunk', commit, tip }
}

/** A tar archive of these files, whose folders are read-only as some tools leave them. */
function archiveOf(files: Record<string, string>): string {
  const [from, archive] = [folder(), join(folder(), 'packages.tar')]
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(from, path)), { recursive: true })
    writeFileSync(join(from, path), text)
  }
  chmodSync(join(from, 'go/pkg/mod'), 0o555)
  execFileSync('tar', ['-cf', archive, '-C', from, '.npm', 'go'])
  chmodSync(join(from, 'go/pkg/mod'), 0o755)
  return archive
}

/** Runs a module in a Node of its own until it prints a line, then kills that Node with SIGKILL. Gives the line. */
export async function killedAfterItsFirstLine(code: string, launcher: string[] = []): Promise<string> {
  const place = folder()
  chmodSync(place, 0o755)
  const outfile = join(place, 'main.mjs')
  buildSync({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  const [program, ...args] = [...launcher, process.execPath, outfile]
  const server = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve, reject) => {
    let text = ''
    server.stdout.on('data', (chunk: Buffer) => {
      text += chunk
      if (text.includes('\n')) resolve(text.split('\n')[0]!)
    })
    server.on('exit', () => reject(new Error('it ended by itself')))
  })
  const gone = new Promise((resolve) => server.on('exit', resolve))
  server.kill('SIGKILL')
  await gone
  return line
}

const never = new AbortController().signal

/** What is still needed, and not what was not swept up yet. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Whether a process of the host is there: one that has ended but was not waited for is not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux'
  }
}

export function sandboxContract(
  name: string,
  { make, source, abandon, ofImage = [], reason = null }: SandboxCase,
): void {
  const test = (title: string, run: () => Promise<void>) => itUnless(reason, title, run)

  let shared: Promise<{ sandboxes: Sandboxes; from: Source }> | undefined
  const opened: Sandbox[] = []

  async function open(spec: Partial<SandboxSpec> & { history?: boolean } = {}): Promise<Sandbox> {
    shared ??= Promise.all([make(), source()]).then(([sandboxes, from]) => ({ sandboxes, from }))
    const { sandboxes, from } = await shared
    const { history = false, ...rest } = spec
    const sandbox = await sandboxes.open(
      { name: 't1-a1', checkout: { ...from, history }, env: {}, programs: {}, gateway: null, ...rest },
      never,
    )
    opened.push(sandbox)
    return sandbox
  }

  /** One sandbox for all tests that leave no trace in it. */
  let common: Promise<Sandbox> | undefined
  const anySandbox = () => {
    common ??= open()
    return common
  }

  const run = (sandbox: Sandbox, script: string, options: Partial<ExecOptions> = {}) =>
    sandbox.exec(['sh', '-c', script], { signal: never, ...options })

  const printed = async (sandbox: Sandbox, script: string, options: Partial<ExecOptions> = {}) => {
    const { exit, output } = await run(sandbox, script, options)
    expect({ exit, output }).toMatchObject({ exit: 0 })
    return output.trim()
  }

  /** A file name inside that keeps growing for as long as what writes it lives. */
  const HEART = 'while :; do echo >> "$HOME/beat"; sleep 0.02; done'

  /** Whether nothing writes to the heart any more: it is as long now as some beats ago. */
  async function stopped(sandbox: Sandbox): Promise<boolean> {
    const [before, after] = (
      await printed(sandbox, 'cd "$HOME"; wc -c < beat; sleep 0.2; wc -c < beat')
    ).split(/\s+/)
    return before === after
  }

  afterAll(async () => {
    await Promise.all(opened.map((sandbox) => sandbox.close()))
  })

  describe(`${name}: a checkout`, () => {
    test('is of exactly the commit, detached, for a gate', async () => {
      const sandbox = await anySandbox()
      const { from } = await shared!
      expect(await printed(sandbox, 'git rev-parse HEAD')).toBe(from.commit)
      expect(await printed(sandbox, 'git symbolic-ref -q HEAD || echo detached')).toBe('detached')
      expect(await printed(sandbox, 'git status --porcelain')).toBe('')
      expect(await printed(sandbox, 'git rev-list --count HEAD')).toBe('1')
    })

    test('has the history and the branch for an agent, who commits without further ado', async () => {
      const sandbox = await open({ history: true })
      const { from } = await shared!
      expect(await printed(sandbox, 'git rev-parse HEAD')).toBe(from.commit)
      expect(await printed(sandbox, 'git branch --show-current')).toBe(from.ref.replace('refs/heads/', ''))
      expect(await printed(sandbox, 'git rev-parse @{upstream}')).toBe(from.tip)
      await printed(
        sandbox,
        'echo x > x && git add x && git commit --quiet -m x && git merge --quiet @{upstream}',
      )
      expect(await printed(sandbox, 'git status --porcelain && git log -1 --format=%an')).not.toBe('')
    })

    test('shares no file with the source, and cannot push to it', async () => {
      const sandbox = await open({ history: true })
      expect(await printed(sandbox, 'find .git/objects -type f -links +1 | wc -l')).toBe('0')
      expect(await printed(sandbox, 'cat .git/objects/info/alternates 2>/dev/null | wc -l')).toBe('0')
      expect((await run(sandbox, 'git push --quiet origin HEAD:refs/heads/mine')).exit).not.toBe(0)
    })

    test('uses nothing of the host’s git settings', async () => {
      const sandbox = await anySandbox()
      const origins = await printed(
        sandbox,
        'git config --list --show-origin --name-only | cut -f1 | sort -u',
      )
      for (const origin of origins.split('\n'))
        expect(origin).toMatch(/^file:(\.git\/config$|.*\/\.gitconfig$)/)
    })

    test('fails with trouble when the commit is not there, and leaves nothing', async () => {
      await anySandbox()
      const { sandboxes, from } = await shared!
      const checkout = { ...from, commit: '0123456789'.repeat(4), history: true }
      await expect(
        sandboxes.open({ name: 'lost', checkout, env: {}, programs: {}, gateway: null }, never),
      ).rejects.toMatchObject({
        name: 'Trouble',
      })
    })

    test('ends early when nobody wants it any more', async () => {
      await anySandbox()
      const { sandboxes, from } = await shared!
      const spec = {
        name: 'unwanted',
        checkout: { ...from, history: true },
        env: {},
        programs: {},
        gateway: null,
      }
      await expect(sandboxes.open(spec, AbortSignal.abort())).rejects.toMatchObject({ name: 'Trouble' })
    })
  })

  describe(`${name}: archives`, () => {
    test('are a copy of its own: who changes them changes them for nobody else', async () => {
      const packages = archiveOf({ '.npm/_cacache/index/a': 'genuine\n', 'go/pkg/mod/b': 'read-only\n' })
      const before = readFileSync(packages)
      const one = await open({ archives: [{ path: packages }] })
      expect(await printed(one, 'cat "$HOME/.npm/_cacache/index/a" "$HOME/go/pkg/mod/b"')).toBe(
        'genuine\nread-only',
      )
      await printed(one, 'echo poison | tee "$HOME/.npm/_cacache/index/a" > "$HOME/.npm/_cacache/index/more"')
      expect(await printed(one, 'git status --porcelain')).toBe('')
      const other = await open({ archives: [{ path: packages }] })
      expect(await printed(other, 'cat "$HOME"/.npm/_cacache/index/*')).toBe('genuine')
      expect(readFileSync(packages)).toEqual(before)
    })

    test('are unpacked in part where only a folder of them is wanted', async () => {
      const path = archiveOf({ '.npm/_cacache/a': 'wanted\n', 'go/pkg/mod/b': 'not wanted\n' })
      const sandbox = await open({ archives: [{ path, folder: '.npm' }] })
      expect(await printed(sandbox, 'cd && cat .npm/_cacache/a && ls -A')).toBe('wanted\n.gitconfig\n.npm')
    })

    test('that cannot be unpacked are left out, and so are those that are gone', async () => {
      const broken = join(folder(), 'broken.tar')
      writeFileSync(broken, 'no archive')
      for (const packages of [broken, join(folder(), 'gone.tar')])
        expect(
          await printed(
            await open({ archives: [{ path: packages }] }),
            'git status --porcelain && echo fine',
          ),
        ).toBe('fine')
    })
  })

  describe(`${name}: what programs see`, () => {
    test('is an environment built from nothing', async () => {
      process.env.SWARM_CANARY = 'secret-of-the-host'
      const sandbox = await open({ env: { GIVEN: 'by the spec', BOTH: 'spec' } })
      const seen = await printed(sandbox, 'env', { env: { BOTH: 'exec', ONE: '1' } })
      delete process.env.SWARM_CANARY
      expect(seen).not.toContain('secret-of-the-host')
      expect(seen).not.toContain('VITEST')
      const names = seen.split('\n').map((line) => line.split('=')[0]!)
      const ours = [
        'PATH',
        'HOME',
        'TMPDIR',
        'LANG',
        'LC_ALL',
        'PWD',
        'SHLVL',
        '_',
        'OLDPWD',
        'HOSTNAME',
        'TERM',
        ...ofImage,
      ]
      const more = names.filter((found) => !ours.includes(found) && !found.startsWith('GIT_'))
      expect(more.sort()).toEqual(['BOTH', 'GIVEN', 'ONE'])
      expect(seen).toContain('GIVEN=by the spec')
      expect(seen).toContain('BOTH=exec')
      expect(seen).toContain(`HOME=${sandbox.home}`)
    })

    test('has a bin folder first on PATH, outside of the checkout', async () => {
      const sandbox = await open()
      await sandbox.write(`${sandbox.bin}/ticket`, '#!/bin/sh\necho from the bin\n', 0o755)
      expect((await sandbox.exec(['ticket'], { signal: never })).output).toBe('from the bin\n')
      expect(await printed(sandbox, 'git status --porcelain')).toBe('')
    })

    test('has a home and a folder for temporary files of its own', async () => {
      const sandbox = await anySandbox()
      expect(await printed(sandbox, 'echo "$HOME" && test -w "$HOME" && test -w "$TMPDIR"')).toBe(
        sandbox.home,
      )
    })

    test('keeps two of the same name apart', async () => {
      const [one, other] = await Promise.all([open({ name: 'twin' }), open({ name: 'twin' })])
      await run(one, 'echo one > mine; echo one > "$HOME/mine"; echo one > "$TMPDIR/mine"')
      expect(await printed(other, 'ls mine "$HOME/mine" "$TMPDIR/mine" 2>/dev/null || true')).toBe('')
    })
  })

  describe(`${name}: running a program`, () => {
    test('starts one program in each turn of the loop, however many are wanted', async () => {
      const sandboxes = await Promise.all([open(), open(), open()])
      const run = (sandbox: Sandbox) => sandbox.exec(['true'], { signal: never })
      const starts = await startsInTurns(() =>
        Promise.all([...sandboxes, ...sandboxes, ...sandboxes].map(run)),
      )
      expect(starts.all).toBeGreaterThanOrEqual(9)
      expect(starts.most).toBe(1)
    })

    test('gives its exit code', async () => {
      const sandbox = await anySandbox()
      for (const exit of [0, 1, 42])
        expect(await run(sandbox, `exit ${exit}`)).toEqual({
          exit,
          signal: null,
          timedOut: false,
          output: '',
          cut: [],
          outOfMemory: null,
        })
    })

    test('is read to its end when the loop hardly turns', async () => {
      const sandbox = await anySandbox()
      const lines = (await printed(sandbox, 'seq 20000')).split('\n')
      const lagsNoMore = lag(150)
      const seen: string[] = []
      const result = await run(sandbox, 'seq 20000', { onLine: (line) => void seen.push(line) })
      lagsNoMore()
      expect(result).toMatchObject({ exit: 0, cut: [] })
      expect(seen).toHaveLength(20_000)
      expect(seen.slice(-lines.length)).toEqual(lines)
    })

    test('gives the signal that killed it', async () => {
      const { exit, signal, timedOut } = await run(await anySandbox(), 'kill -9 $$')
      expect([exit === null ? signal : exit, timedOut]).toEqual([exit === null ? 'SIGKILL' : 137, false])
    })

    test('gives 127 for a program that is missing', async () => {
      const sandbox = await anySandbox()
      const result = await sandbox.exec(['no-such-program'], { signal: never })
      expect(result).toMatchObject({ exit: 127, signal: null, timedOut: false })
      expect(result.output).toContain('no-such-program')
    })

    test('gives 126 for a file that is no program', async () => {
      const sandbox = await anySandbox()
      await sandbox.write(`${sandbox.home}/data`, 'x')
      expect((await sandbox.exec([`${sandbox.home}/data`], { signal: never })).exit).toBe(126)
    })

    test('starts in the checkout or where it is told to', async () => {
      const sandbox = await anySandbox()
      expect(await printed(sandbox, 'pwd -P')).toBe(sandbox.checkout)
      expect(await printed(sandbox, 'pwd -P', { cwd: sandbox.home })).toBe(sandbox.home)
    })

    test('passes on its input, and an end of it when there is none', async () => {
      const sandbox = await anySandbox()
      expect(await printed(sandbox, 'cat', { stdin: 'héllo\n' })).toBe('héllo')
      expect(await printed(sandbox, 'cat')).toBe('')
      expect((await run(sandbox, 'exit 3', { stdin: 'x'.repeat(1_000_000) })).exit).toBe(3)
    })

    test('does not run at all when it is already called off', async () => {
      const sandbox = await anySandbox()
      const result = await run(sandbox, 'touch "$HOME/ran"', { signal: AbortSignal.abort() })
      expect(result.exit).toBeNull()
      expect(result.signal).not.toBeNull()
      expect(await printed(sandbox, 'test ! -e "$HOME/ran"')).toBe('')
    })
  })

  describe(`${name}: what a program prints`, () => {
    const lines = async (script: string): Promise<[ExecResult, string[], string[]]> => {
      const out: string[] = []
      const err: string[] = []
      const result = await run(await anySandbox(), script, {
        onLine: (line, stream) => (stream === 'stdout' ? out : err).push(line),
      })
      return [result, out, err]
    }

    test('comes by line, each of its stream', async () => {
      const [, out, err] = await lines('echo one; echo two >&2; printf "three\\r\\n\\nno newline"')
      expect(out).toEqual(['one', 'three', '', 'no newline'])
      expect(err).toEqual(['two'])
    })

    test('comes while it still runs', async () => {
      const sandbox = await anySandbox()
      const stop = new AbortController()
      const result = await run(sandbox, 'echo ready; sleep 1000', {
        signal: stop.signal,
        onLine: () => stop.abort(),
      })
      expect(result).toMatchObject({ exit: null, timedOut: false, output: 'ready\n' })
    })

    test('is put together again when a line or a character comes in pieces', async () => {
      const [, out] = await lines(
        `printf 'h\\303'; sleep 0.05; printf '\\251llo '; sleep 0.05; printf 'w\\360\\237'; sleep 0.05; printf '\\230\\200\\n'`,
      )
      expect(out).toEqual(['héllo w😀'])
    })

    test('keeps its last 64 KiB, whole characters only', async () => {
      const [{ output }] = await lines('i=0; while [ $i -lt 20000 ]; do echo "line é $i"; i=$((i+1)); done')
      expect(Buffer.byteLength(output)).toBeLessThanOrEqual(64 * 1024)
      expect(Buffer.byteLength(output)).toBeGreaterThan(63 * 1024)
      expect(output.endsWith('line é 19999\n')).toBe(true)
      expect(output).not.toContain('\ufffd')
    })

    test('may be one line without an end', async () => {
      const [{ output, exit }, out] = await lines('head -c 30000000 /dev/zero | tr "\\0" x')
      expect(exit).toBe(0)
      expect(out).toHaveLength(1)
      expect(out[0]!.length).toBeLessThan(5_000_000)
      expect(Buffer.byteLength(output)).toBeLessThanOrEqual(64 * 1024)
    })

    test('does not fill our memory, however much it is', async () => {
      const sandbox = await anySandbox()
      const before = bytesInUse()
      let [lines, most] = [0, 0]
      const onLine = () => {
        if (++lines % 500_000 === 0) most = Math.max(most, bytesInUse() - before)
      }
      const script = 'yes 0123456789012345678901234567890123456789 | head -c 150000000'
      const { output } = await run(sandbox, script, { onLine })
      expect(Buffer.byteLength(output)).toBeLessThanOrEqual(64 * 1024)
      expect(lines).toBeGreaterThan(3_000_000)
      expect(most).toBeLessThan(30_000_000)
    })
  })

  describe(`${name}: however a program ends, nothing of it is left`, () => {
    /** What a tool may leave running; each sleeps in its own way and prints a line first. */
    const WAYS: Record<string, string> = {
      'a child': `sh -c '${HEART}' & echo up; wait`,
      'a child in a session of its own': `setsid sh -c '${HEART}' & echo up; wait`,
      'a grandchild of a parent that has died': `sh -c "setsid sh -c '${HEART}' & exit"; echo up; sleep 1000`,
      'a child that ignores being asked': `sh -c 'trap "" TERM INT HUP; ${HEART}' & echo up; wait`,
      'a program that ignores being asked': `trap "" TERM INT HUP; echo up; ${HEART}`,
    }
    for (const [what, script] of Object.entries(WAYS)) {
      test(`${what} ends when it is called off`, async () => {
        const sandbox = await open()
        const stop = new AbortController()
        let since = 0
        const result = await run(sandbox, script, {
          signal: stop.signal,
          onLine: () => {
            since = performance.now()
            stop.abort()
          },
        })
        expect(performance.now() - since).toBeLessThan(4_000)
        expect(result).toMatchObject({ exit: null, timedOut: false })
        expect(result.signal).toMatch(/^SIG(TERM|KILL)$/)
        expect(await printed(sandbox, 'test -e "$HOME/beat" || echo >> "$HOME/beat"')).toBe('')
        expect(await stopped(sandbox)).toBe(true)
      })
    }

    test('a program that takes too long is ended and says so', async () => {
      const sandbox = await open()
      const result = await run(sandbox, `setsid sh -c '${HEART}' & sleep 1000`, { timeoutMs: 300 })
      expect(result).toMatchObject({ exit: null, timedOut: true })
      expect(await stopped(sandbox)).toBe(true)
    })

    test('what it leaves in the background ends with it', async () => {
      const sandbox = await open()
      for (const script of [
        `sh -c '${HEART}' & while ! test -e "$HOME/beat"; do sleep 0.01; done; exit 7`,
        `setsid sh -c '${HEART}' & while ! test -e "$HOME/beat"; do sleep 0.01; done; exit 7`,
        `(setsid sh -c '${HEART}' > /dev/null 2>&1 &); while ! test -e "$HOME/beat"; do sleep 0.01; done; exit 7`,
      ]) {
        expect(await run(sandbox, script)).toMatchObject({ exit: 7, signal: null })
        expect(await stopped(sandbox)).toBe(true)
        await run(sandbox, 'rm "$HOME/beat"')
      }
    })

    test('one that holds its output open does not hold us', async () => {
      const result = await run(await anySandbox(), '(sleep 1000 &) ; echo done')
      expect(result).toMatchObject({ exit: 0, output: 'done\n' })
    })
  })

  describe(`${name}: files`, () => {
    test('are written with their parents and their mode', async () => {
      const sandbox = await open()
      await sandbox.write('deep/er/script', '#!/bin/sh\necho ran\n', 0o755)
      await sandbox.write('bytes', Buffer.from([0, 255, 10]))
      expect(await printed(sandbox, './deep/er/script')).toBe('ran')
      expect(await printed(sandbox, 'od -An -tu1 bytes | tr -s " "')).toBe('0 255 10')
    })

    test('are never written outside, not even through a link', async () => {
      const sandbox = await open()
      const outside = folder()
      await run(sandbox, `ln -s ${outside} door; ln -s ${outside}/new dangling; mkdir real; ln -s real inner`)
      for (const path of ['../../../../x', `${outside}/x`, 'door/x', 'door/deep/x', 'dangling'])
        await expect(sandbox.write(path, 'x')).rejects.toMatchObject({ name: 'Trouble', retryable: false })
      expect(existsSync(join(outside, 'x')) || existsSync(join(outside, 'new'))).toBe(false)
      await sandbox.write('inner/fine', 'x')
      expect(await printed(sandbox, 'cat real/fine')).toBe('x')
    })
  })

  takingContract(name, { test, open, anySandbox, run })

  describe(`${name}: the end of a sandbox`, () => {
    test('ends what runs in it, and may come twice', async () => {
      const sandbox = await open()
      let up = () => {}
      const ready = new Promise<void>((resolve) => {
        up = resolve
      })
      const running = run(sandbox, 'echo up; sleep 1000', { onLine: up })
      await ready
      await Promise.all([sandbox.close(), sandbox.close()])
      expect(await running).toMatchObject({ exit: null, timedOut: false })
      await sandbox.close()
      expect(existsSync(sandbox.home)).toBe(false)
    })

    test('removes what was made read-only', async () => {
      const sandbox = await open()
      await run(sandbox, 'mkdir -p a/b/c && touch a/b/c/d && chmod -R a-w . && chmod 000 a/b')
      await sandbox.close()
      expect(existsSync(sandbox.checkout)).toBe(false)
    })

    test('comes for those of a dead server, and never for those of a living one', async () => {
      const mine = await open()
      const { sandboxes, from } = await shared!
      const isLeft = await abandon(from)
      expect(isLeft()).toBe(true)
      expect(await sandboxes.reap()).toBe(1)
      expect(isLeft()).toBe(false)
      expect(await sandboxes.reap()).toBe(0)
      expect(await printed(mine, 'git status --porcelain')).toBe('')
    })
  })
}
