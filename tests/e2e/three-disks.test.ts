/**
 * The real server with its project, the temporary folder and the home on three file systems, in a folder whose path is
 * longer than a socket's may be; and with all that it works in cleaned away while it idles.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { SESSIONS } from '../../src/harnesses/scripted/protocol.ts'
import { markOf } from '../../src/main/project/paths.ts'
import { toolsFor } from '../../src/main/sandbox/namespaces.ts'
import { fewDisks, foldersApart } from '../contracts/disks.ts'
import { ENGINE, noEngine } from '../contracts/engine.ts'
import { itUnless } from '../contracts/gaps.ts'
import { needPackage } from '../escape/swarm.ts'
import { type Shop, shop } from './server.ts'

const UNTIL = { timeout: 120_000, interval: 200 }
const adds = (file: string) => [{ write: { file, text: 'hello\n' } }, { say: `Wrote ${file}.` }]

/** It goes on only in the session of the attempt before, which the agent writes down in its home. */
const INTERRUPTED = [
  {
    on: 'start',
    do: [{ write: { file: 'src/half.txt', text: 'half\n' } }, { say: 'half way' }, { pause: 600_000 }],
  },
  {
    on: 'again',
    do: [
      { run: `grep -q '"attempt":1' "$HOME"/${SESSIONS}/*` },
      { run: 'grep -q half src/half.txt' },
      ...adds('src/whole.txt'),
    ],
  },
]

/** Nobody has asked a registry in that sandbox. */
const AT_HAND = { run: 'test -d "$HOME/.npm/_cacache/content-v2"' }

interface Apart extends Shop {
  temporary: string
  cache: string
}

async function shopApart(sandbox: string): Promise<Apart> {
  const [disk, temporary, home] = foldersApart(3) as [string, string, string]
  expect(new Set([disk, temporary, home].map((each) => statSync(each).dev)).size).toBe(3)
  const deep = join(disk, ...Array<string>(6).fill('a folder of some length'))
  await mkdir(deep, { recursive: true })
  vi.stubEnv('TMPDIR', deep)
  const made = await shop(onTestFinished, needPackage, {
    HOME: home,
    TMPDIR: temporary,
    SWARM_SANDBOX: sandbox,
    SWARM_HARNESS: 'scripted',
  }).finally(() => vi.unstubAllEnvs())
  expect(Buffer.byteLength(join(made.folder, '.swarm'))).toBeGreaterThan(107)
  if (sandbox === 'docker') onTestFinished(() => removeImages(made.folder))
  return { ...made, temporary, cache: join(home, '.cache', 'swarm', markOf(made.folder)) }
}

async function removeImages(root: string): Promise<void> {
  const name = `swarm-my-shop-${markOf(root).slice(0, 8)}`
  const images = await ENGINE.ask(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', name])
  if (images !== '') await ENGINE.ask(['image', 'rm', ...images.split('\n')])
}

const working = ['work', 'packages', 'sessions', 'transcripts']

/** As a cleaner does that knows nothing of the swarm. */
function cleanAway({ folder, temporary, cache }: Apart): void {
  for (const name of working)
    rmSync(join(folder, '.swarm', name), { recursive: true, force: true, maxRetries: 5 })
  rmSync(cache, { recursive: true, force: true, maxRetries: 5 })
  rmSync(temporary, { recursive: true })
}

const archives = ({ folder }: Shop, of: 'packages' | 'sessions') => {
  const place = join(folder, '.swarm', of)
  return existsSync(place) ? readdirSync(place).filter((name) => name.endsWith('.tar')) : []
}

async function tell(sandbox: string): Promise<void> {
  const at = await shopApart(sandbox)
  const { file, start, swarm, status, json, read } = at
  const lands = async (id: number) => expect.poll(() => status(id), UNTIL).toBe('done')

  // A session and what was done so far outlast a stop.
  const interrupted = await file('Go on', INTERRUPTED)
  expect(await start('--agents', '1')).toMatchObject({ code: 0, err: expect.not.stringContaining('rror') })
  await expect.poll(async () => (await swarm('logs', 'agent-1')).out, UNTIL).toContain('half way')
  await swarm('stop')
  expect(archives(at, 'sessions')).toEqual([`t${interrupted}.tar`])
  expect(readdirSync(join(at.folder, '.swarm/work'))).toEqual([])
  expect(await start('--agents', '2')).toMatchObject({ code: 0 })
  await lands(interrupted)

  await expect.poll(() => archives(at, 'packages').length, UNTIL).toBe(1)
  await lands(await file('With the package cache', [AT_HAND, ...adds('src/two.txt')]))

  expect(readdirSync(at.temporary)).toEqual([])
  cleanAway(at)
  await Promise.all(
    (await Promise.all([file('Four', adds('src/four.txt')), file('Five', adds('src/five.txt'))])).map(lands),
  )
  expect(await json('audit')).toMatchObject({ all_green: true })
  expect(await swarm('audit', '--rerun')).toMatchObject({ code: 0, err: '' })
  expect(await swarm('pull')).toMatchObject({ code: 0 })
  expect([read('src/whole.txt'), read('src/five.txt')]).toEqual(['hello\n', 'hello\n'])
}

const REASONS: Record<string, string | null> = {
  process: null,
  bubblewrap: await noEngine(() => toolsFor(process.env)),
  docker: await noEngine(),
}

for (const [sandbox, reason] of Object.entries(REASONS))
  itUnless(
    reason ?? fewDisks(),
    `lands work in ${sandbox} with project, temporary folder and home on three disks`,
    () => tell(sandbox),
  )
