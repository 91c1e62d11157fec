/** What every sandbox must do that says it isolates; `make` gives it 512 MB of memory, 256 of files, 256 processes. */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import { largestIn } from '../../src/life/attempt/go-on.ts'
import { takeBy } from '../../src/life/collecting/inside.ts'
import { PACK } from '../../src/life/collecting/pack.ts'
import { refusedIn } from '../../src/life/collecting/refused.ts'
import type { Sandbox, SandboxSpec } from '../../src/ports/sandbox.ts'
import { itUnless } from './gaps.ts'
import { folder } from './repo.ts'
import type { SandboxCase } from './sandbox.ts'

const never = new AbortController().signal

/** Numbers of system calls on x64 and arm64, as the kernel's headers have them. */
export const CALLS = {
  add_key: [248, 217],
  bpf: [321, 280],
  clone3: [435, 435],
  io_uring_setup: [425, 425],
  keyctl: [250, 219],
  mount: [165, 40],
  perf_event_open: [298, 241],
  setns: [308, 268],
  unshare: [272, 97],
} as const

const NEW_USERS = String(0x10000000)
const REFUSED = [
  ['add_key', 'user', 'mine', 'mine', '4', '-3'],
  ['bpf', '0', '0', '0'],
  ['io_uring_setup', '1', '0'],
  ['mount', 'none', '/tmp', 'tmpfs', '0', '0'],
  ['perf_event_open', '0', '0', '0', '0', '0'],
  ['setns', '0', '0'],
  ['unshare', NEW_USERS],
] as const

/** Says what a system call gives or, by its number, why not. */
export const CALL =
  'my @a = map { /^-?\\d+$/ ? $_ + 0 : $_ } @ARGV; my $got = syscall(shift @a, @a); printf $got < 0 ? "refused %d" : "gave %d", $got < 0 ? $! + 0 : $got'

export const callOf = (name: keyof typeof CALLS) => [String(CALLS[name][process.arch === 'arm64' ? 1 : 0])]

export interface IsolationCase extends Pick<SandboxCase, 'reason' | 'make' | 'source'> {
  /** It lets programs make user namespaces of their own, as `docs/security.md` says. */
  opensUsers?: boolean
}

export function isolationContract(
  name: string,
  { reason = null, make, source, opensUsers = false }: IsolationCase,
): void {
  const test = (title: string, run: () => Promise<void>) => itUnless(reason, title, run)
  const opened: Sandbox[] = []

  async function open(more: Partial<SandboxSpec> = {}): Promise<Sandbox> {
    const [sandboxes, from] = await Promise.all([make(), source()])
    const checkout = { ...from, history: false }
    const sandbox = await sandboxes.open(
      { name: 'walls', checkout, env: {}, programs: {}, gateway: null, ...more },
      never,
    )
    opened.push(sandbox)
    return sandbox
  }

  const run = (sandbox: Sandbox, script: string, timeoutMs = 60_000) =>
    sandbox.exec(['sh', '-c', script], { signal: never, timeoutMs })

  const call = (sandbox: Sandbox, name: keyof typeof CALLS, ...args: string[]) =>
    sandbox.exec(['perl', '-e', CALL, ...callOf(name), ...args], { signal: never })

  afterAll(async () => {
    await Promise.all(opened.map((sandbox) => sandbox.close()))
  })

  describe(`${name}: walls`, () => {
    test('there is no network, and nobody to ask for names', async () => {
      const sandbox = await open()
      const { output } = await run(sandbox, 'cut -d: -f1 -s /proc/net/dev | tr -d " "')
      expect(output.trim()).toBe('lo')
      const dial = `require('node:net').connect(53, '1.1.1.1').on('error', (e) => console.log(e.code)).on('connect', () => console.log('out'))`
      expect((await sandbox.exec(['node', '-e', dial], { signal: never })).output).toContain('ENETUNREACH')
    })

    test('the agent is not root, has no capability and can gain none', async () => {
      const { output } = await run(
        await open(),
        'id -u; grep -E "^(CapEff|CapPrm|CapInh|NoNewPrivs)" /proc/self/status',
      )
      expect(output.split('\n')[0]).toBe('1000')
      expect(output.match(/Cap\w+:\s+0+$/gm)).toHaveLength(3)
      expect(output).toMatch(/NoNewPrivs:\s+1/)
    })

    test('nothing of the machine can be written, and next to nothing of it is seen', async () => {
      const sandbox = await open()
      const secret = join(folder(), 'secret')
      writeFileSync(secret, 'canary')
      const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8')
      const script = `
        for each in /usr/bin /etc / /proc/sys/kernel /sys /dev; do touch "$each/x" 2>/dev/null && echo "wrote $each"; done
        (echo x > /proc/sys/kernel/core_pattern) 2>/dev/null && echo 'wrote core_pattern'
        cat '${secret}' 2>/dev/null
        ls /var/run/docker.sock '${homedir()}/.ssh' /etc/shadow.x 2>/dev/null
        cat /etc/shadow 2>/dev/null
        mount -t tmpfs none /mnt 2>/dev/null && echo mounted
        unshare --user true 2>/dev/null && echo 'more namespaces'
        true`
      expect((await run(sandbox, script)).output).toBe(opensUsers ? 'more namespaces\n' : '')
      expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(pattern)
    })

    test('system calls that need no program of a project are refused', async () => {
      const sandbox = await open()
      for (const [name, ...args] of REFUSED)
        expect(`${name}: ${(await call(sandbox, name, ...args)).output}`).toBe(`${name}: refused 1\n`)
      expect((await call(sandbox, 'clone3', '0', '0')).output).toBe('refused 38\n')
      const thread = "new (require('node:worker_threads').Worker)('console.log(1 + 1)', { eval: true })"
      expect((await sandbox.exec(['node', '-e', thread], { signal: never })).output).toBe('2\n')
    })

    test('who uses up the memory is told so, with the limit', async () => {
      const sandbox = await open()
      const eat = 'const all = []; for (;;) all.push(Buffer.alloc(10_000_000, 1))'
      const result = await sandbox.exec(['node', '-e', eat], { signal: never, timeoutMs: 60_000 })
      expect(result).toMatchObject({ exit: null, signal: 'SIGKILL', outOfMemory: { limitMb: 512 } })
      expect(await run(sandbox, 'exit 1')).toMatchObject({ exit: 1, outOfMemory: null })
    })

    test('when its files are full, work that fits can still be taken out, and it is told', async () => {
      const from = await source()
      const sandbox = await open({ checkout: { ...from, history: true } })
      const { reserve, reserveKb } = sandbox.room!
      const host = join(folder(), 'bundle')
      const pack = [PACK, from.commit, '', reserve, String(reserveKb)] as [string, ...string[]]
      const fill = 'head -c 300000 /dev/urandom > mine; head -c 1000000000 /dev/zero > "$HOME/large"'
      expect((await run(sandbox, fill)).output).toMatch(/No space left/)
      expect((await run(sandbox, 'git add mine')).exit).not.toBe(0)
      const taken = await takeBy(sandbox, pack, host, never)
      expect(taken).toMatchObject({ exit: 0 })
      expect(refusedIn(sandbox.room, [taken])).toEqual({ refused: [], hidden: [], gone: [], room: 'full' })
      expect(statSync(host).size).toBeGreaterThan(300_000)
      expect(await largestIn(sandbox, never)).toMatch(/^\d+\t\.\/home\/large\n/)

      // There is room again, and so a reserve again.
      await run(sandbox, 'rm "$HOME/large"; echo more >> mine')
      const again = await takeBy(sandbox, pack, host, never)
      expect(refusedIn(sandbox.room, [again])).toEqual({ refused: [], hidden: [], gone: [], room: 'fine' })
      expect((await run(sandbox, `stat -c %s ${reserve}`)).output.trim()).toBe(String(reserveKb * 1024))
    })

    test('when not even the reserve is room enough, that is told', async () => {
      const from = await source()
      const sandbox = await open({ checkout: { ...from, history: true } })
      const { reserve, reserveKb } = sandbox.room!
      const pack = [PACK, from.commit, '', reserve, String(reserveKb)] as [string, ...string[]]
      await run(sandbox, 'head -c 60000000 /dev/urandom > mine; head -c 1000000000 /dev/zero > "$HOME/large"')
      const taken = await takeBy(sandbox, pack, join(folder(), 'bundle'), never)
      expect(refusedIn(sandbox.room, [taken]).room).toBe('too full')
    })

    test('what git refuses is told by its path, and the rest is taken out', async () => {
      const from = await source()
      const sandbox = await open({ checkout: { ...from, history: true } })
      const host = join(folder(), 'bundle')
      await run(
        sandbox,
        'mkdir closed; for f in a mine odd closed/f; do echo x > $f; done; chmod 000 a odd closed',
      )
      const taken = await takeBy(sandbox, [PACK, from.commit], host, never)
      expect(taken).toMatchObject({ exit: 0 })
      expect(
        refusedIn(sandbox.room, [taken])
          .refused.map((each) => each.split(':')[0])
          .sort(),
      ).toEqual(['a cannot be read', 'closed cannot be read', 'odd cannot be read'])
      expect((await run(sandbox, 'git show --format= --name-only HEAD')).output).toBe('mine\n')
    })

    test('what it uses can be read, by its name', async () => {
      const [sandboxes, from] = await Promise.all([make(), source()])
      const checkout = { ...from, history: false }
      const spec = { name: 'read', checkout, env: {}, programs: {}, gateway: null }
      const sandbox = await sandboxes.open(spec, never)
      opened.push(sandbox)
      await expect
        .poll(() => sandboxes.readings(), { timeout: 20_000 })
        .toMatchObject([{ name: 'read', memoryBytes: expect.any(Number), cpuPercent: expect.any(Number) }])
      await sandbox.close()
      expect(await sandboxes.readings()).toEqual([])
    })

    test('the disk ends at its limit', async () => {
      const { exit, output } = await run(await open(), 'head -c 400000000 /dev/zero > big')
      expect(exit).toBe(1)
      expect(output).toMatch(/No space left/)
    })

    test('a fork bomb is over within 5 s of being stopped, and so is its sandbox', async () => {
      const sandbox = await open()
      const [since, limit] = [performance.now(), 1_500]
      const { exit } = await run(sandbox, 'bomb() { bomb | bomb & }; bomb & exec sleep 1000', limit)
      expect(exit).toBeNull()
      await sandbox.close()
      expect(performance.now() - since - limit).toBeLessThan(5_000)
    })

    test('the gateway is reached by a port inside, and only by who is given its folder', async () => {
      const socketFolder = folder()
      const server = createServer((_, response) => response.end('the gateway'))
      await new Promise<void>((resolve) => server.listen(join(socketFolder, 'gateway.sock'), resolve))
      chmodSync(join(socketFolder, 'gateway.sock'), 0o666)
      chmodSync(socketFolder, 0o755)
      const sandbox = await open({ gateway: { socketFolder } })
      const ask = `fetch('http://127.0.0.1:8099/').then((r) => r.text()).then(console.log, (e) => console.log(e.cause.code))`
      const asked = () => sandbox.exec(['node', '-e', ask], { signal: never })
      expect((await asked()).output).toBe('the gateway\n')
      await run(sandbox, 'kill -KILL -1')
      expect((await asked()).output).toBe('the gateway\n')
      expect((await (await open()).exec(['node', '-e', ask], { signal: never })).output).toBe(
        'ECONNREFUSED\n',
      )
      server.closeAllConnections()
      server.close()
    })
  })
}
