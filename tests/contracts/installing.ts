/**
 * How packages get into a sandbox that has no network: a real npm, through the real gateway, from a registry that this
 * machine plays. Only what names resolve to, and where a dialled address ends, is the test's.
 */
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, vi } from 'vitest'
import { allowedHosts } from '../../src/gateway/egress/registries.ts'
import { openPackageCache } from '../../src/life/agents/package-cache.ts'
import { clock } from '../../src/main/machine/clock.ts'
import type { Sandbox, Sandboxes } from '../../src/ports/sandbox.ts'
import { openGit } from '../../src/repos/git/git.ts'
import { fileArchives } from '../../src/stores/files/archives.ts'
import { gatewayWith } from '../story/agents-door.ts'
import { SETTINGS } from '../story/settings.ts'
import { itUnless } from './gaps.ts'
import { networkOf, openedWith } from './gateway.ts'
import { registry } from './registry.ts'
import { folder, git, workIn } from './repo.ts'
import type { SandboxCase } from './sandbox.ts'

const never = new AbortController().signal
const ALLOWED = allowedHosts(['registries'], ['package.json'])
const HOST = ALLOWED[0]!
const PUBLIC = '93.184.216.34'
const NPM = 'npm --no-audit --no-fund --no-update-notifier --loglevel=error --fetch-retries=0'

export function installingContract(
  name: string,
  { reason = null, make }: Pick<SandboxCase, 'reason' | 'make'>,
): void {
  const test = (title: string, run: () => Promise<void>) => itUnless(reason, title, run)
  const opened: Sandbox[] = []

  afterAll(async () => {
    await Promise.all(opened.map((sandbox) => sandbox.close()))
  })

  /** A project that needs a package, as `main` has it, and a gateway that lets its registries be reached. */
  async function project() {
    const from = await registry({ '1.0.0': 'one', '2.0.0': 'two' }, { host: HOST })
    onTestFinished(from.close)
    const work = workIn(folder())
    git(work.path, 'init', '--quiet', '--initial-branch=main')
    const trust = { '.npmrc': 'cafile=ca.pem\n', 'ca.pem': from.certificate!, '.gitignore': 'node_modules\n' }
    work.put({ ...from.project('1.0.0'), ...trust })
    const commit = work.commit('Need a package')
    const source = join(folder(), 'repo.git')
    git('/', 'clone', '--quiet', '--bare', work.path, source)
    const network = networkOf({ [HOST]: [PUBLIC], 'elsewhere.example': [PUBLIC] }, from.port)
    const gateway = { network, allowedHosts: async () => ALLOWED, folder: folder() }
    const checkout = { source, ref: 'refs/heads/main', commit, history: false }
    return { from, network, gateway, source, checkout }
  }

  const run = async (sandbox: Sandbox, script: string) => {
    const { exit, output } = await sandbox.exec(['sh', '-c', script], { signal: never, timeoutMs: 60_000 })
    return { exit, output }
  }

  const kept = async (opening: Promise<Sandbox>) => {
    const sandbox = await opening
    opened.push(sandbox)
    return sandbox
  }

  describe(`${name}: packages`, () => {
    test("are installed through the gateway, from the project's registries and from nowhere else", async () => {
      const { from, network, gateway, checkout } = await project()
      const on = await openedWith(gateway, 'socket')
      const sandboxes = await make()
      const [env, through] = [on.env, { socketFolder: on.socketFolder! }]
      const sandbox = await kept(
        sandboxes.open({ name: 'installs', checkout, env, programs: {}, gateway: through }, never),
      )
      const installed = await run(sandbox, `${NPM} install word@2 && node -p 'require("word")'`)
      expect(installed).toMatchObject({ exit: 0, output: expect.stringMatching(/\ntwo\n$/) })
      expect(from.given()).toBe(1)
      expect(on.refused()).toBe(0)
      const asked = network.dialled.length
      expect(new Set(network.dialled)).toEqual(new Set([`${PUBLIC}:443`]))
      const refused = await run(sandbox, `${NPM} install --registry https://elsewhere.example other`)
      expect(refused.exit).not.toBe(0)
      const sentence =
        'elsewhere.example is blocked in sandboxes: allow_hosts in .swarm/config.json does not list it.'
      expect(on.sentences()).toEqual([sentence])
      expect(on.refused()).toBe(1)
      expect(refused.output).toContain(sentence)
      expect(network.dialled).toHaveLength(asked)
    })

    test('of main are fetched once through the gateway; then a sandbox without any way out installs them', async () => {
      const { from, gateway: reach, source, checkout } = await project()
      const gateway = gatewayWith(reach)
      onTestFinished(gateway.close)
      const notes: string[] = []
      const packageCache = openPackageCache({
        ...{ repo: openGit({ path: source, branch: 'main' }), sandboxes: await make(), gateway, clock },
        ...{
          settings: () => SETTINGS,
          note: (line) => void notes.push(line),
          archives: fileArchives(folder(), 3),
        },
      })
      onTestFinished(packageCache.close)
      const open = (sandboxes: Sandboxes) =>
        kept(sandboxes.open({ name: 'given', checkout, env: {}, programs: {}, gateway: null }, never))
      await open(packageCache.sandboxes)
      await vi.waitFor(() => expect(notes).toHaveLength(1), { timeout: 30_000, interval: 50 })
      expect(notes[0]).toMatch(/^packages: cached those of package-lock\.json in/)
      expect(from.given()).toBe(1)
      const sandbox = await open(packageCache.sandboxes)
      const installed = await run(sandbox, `${NPM} ci && node -p 'require("word")'`)
      expect(installed).toMatchObject({ exit: 0, output: expect.stringMatching(/\none\n$/) })
      expect(from.given()).toBe(1)
    })
  })
}
