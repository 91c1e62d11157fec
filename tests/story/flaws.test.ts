/** What the receiving repository's object checks refuse: told to the agent in its session by its path; the rest is kept. */
import { expect, it, vi } from 'vitest'
import { Flawed } from '../../src/ports/trouble.ts'
import { failed, pretended, well } from './pretended.ts'
import { git, type Story, swarm } from './swarm.ts'

vi.setConfig({ testTimeout: 60_000 })

const run = (command: string) => ({ run: command })
const script = (start: object[], asked: object[] = []) => [
  { on: 'start', do: start },
  { on: 'asked', do: asked },
]
const files = { 'kept.txt': 'kept\n' }

const told = async (s: Story, id: number) => {
  const [attempt] = await s.attempts(id)
  return (await s.world.transcripts.read(attempt!.transcript!, 0, 1_000_000))?.text ?? ''
}

const module = (name: string, path: string, url: string) =>
  `printf '[submodule "${name}"]\\n\\tpath = ${path}\\n\\turl = ${url}\\n' >> .gitmodules`
const LONG = `head -c 3000 /dev/zero | tr '\\0' a`

const WAYS: [what: string, breaks: string, said: string, mends: string][] = [
  [
    'a submodule whose address is an option',
    module('p', 'p', '-u./payload'),
    '.gitmodules is refused by git: disallowed submodule url: -u./payload.',
    'rm .gitmodules',
  ],
  [
    'a submodule whose name leads out, committed by the agent',
    `${module('../q', 'q', './q')}; git add -A; git commit -qm one`,
    '.gitmodules is refused by git: disallowed submodule name: ../q.',
    'git rm -q .gitmodules; git commit -qm two',
  ],
  [
    'two files that are refused, one after the other',
    `${module('p', 'p', '-u./payload')}; mkdir in; ${LONG} > in/.gitattributes`,
    'in/.gitattributes is refused by git: .gitattributes has too long lines to parse.',
    'rm -r .gitmodules in',
  ],
  [
    'a folder in place of a file of modules',
    'mkdir .gitmodules; echo x > .gitmodules/x',
    '.gitmodules is refused by git: ',
    'rm -r .gitmodules',
  ],
  [
    'a link in place of a file of modules',
    'ln -s kept.txt .gitmodules',
    '.gitmodules has a name that git refuses',
    'rm .gitmodules',
  ],
  [
    'a name that only some disks take for that of git',
    "mkdir 'in'; echo x > 'in/a\\.git'",
    '"in/a\\\\.git" has a name that git refuses',
    'rm -r in',
  ],
]

it.each(WAYS)('asks an agent to mend %s, and lands the rest with it', (_, breaks, said, mends) =>
  swarm(
    async (s) => {
      const id = await s.file('Flawed', script([run(`echo fine > mine.txt; ${breaks}`)], [run(mends)]))
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Flawed'])
      expect(await s.tree()).toEqual([
        '100644 README.md',
        '100644 kept.txt',
        '100644 mine.txt',
        '100755 verify.sh',
      ])
      expect((await s.attempts(id)).length).toBe(1)
      expect(await told(s, id)).toContain(JSON.stringify(said).slice(1, -1))
    },
    { files },
  ),
)

it.each(WAYS)('sends %s back with what git refuses, and keeps the rest', (_, breaks, said) =>
  swarm(
    async (s) => {
      const id = await s.file('Flawed', script([run(`echo fine > mine.txt; ${breaks}`)]))
      await s.tick()
      const [attempt] = await s.attempts(id)
      expect(attempt?.reason).toMatch(/^gate red: Git refuses a part of the work:\n/)
      expect(attempt?.reason).toContain(said)
      expect((await s.world.repo.read(attempt!.work!, 'mine.txt'))?.toString()).toBe('fine\n')
      expect((await s.world.repo.read(attempt!.work!, 'kept.txt'))?.toString()).toBe('kept\n')
    },
    { files, settings: { verifyRetries: 0 } },
  ),
)

it('lands work whose history alone holds what git refuses, on the newest main that it builds on, and asks nothing', () => {
  let s: Story
  const harness = pretended(async ({ sandbox, signal }) => {
    await s.commitToMain({ 'theirs.txt': 'theirs\n' })
    const does = [
      `${module('p', 'p', '-u./payload')}; git add -A; git commit -qm one; git rm -q .gitmodules; git commit -qm two`,
      'blob=$(git rev-parse HEAD:kept.txt | sed "s/../\\\\\\\\x&/g")',
      'tree=$(printf "0100644 kept.txt\\\\0$(printf "$blob")" | git hash-object -w -t tree --literally --stdin)',
      'echo fine > mine.txt; git add -A; git commit -qm three',
      'git fetch -q origin; git merge -q -m merge origin/main',
    ]
    const { exit, output } = await sandbox.exec(['sh', '-euc', does.join('\n')], { signal })
    expect(exit, output).toBe(0)
    return well()
  })
  return swarm(
    async (story) => {
      s = story
      const id = await s.file('Flawed', [])
      await s.settle()
      expect(await s.main()).toEqual(['Begin', 'ticket-1: Flawed'])
      expect(git(s.world.repo.source, 'diff', '--name-only', 'main~1', 'main')).toBe('mine.txt\n')
      expect((await s.log(id)).filter((line) => line.includes('again'))).toEqual([])
    },
    { files, with: () => ({ harness }) },
  )
})

it('keeps what lies beside without what git refuses, and names where that is', () =>
  swarm(
    async (s) => {
      const flawed = `${module('p', 'p', '-u./payload')}; git add -A; git commit -qm flawed; git checkout -q main`
      const does = [
        `git checkout -q -b bad; ${flawed}`,
        'git checkout -q -b good; echo good > good.txt; git add -A; git commit -qm good; git checkout -q main',
      ]
      const id = await s.file('Beside', script([run(does.join('\n'))]))
      await s.tick()
      expect((await s.attempts(id))[0]?.reason).toContain('branch bad is refused by git: disallowed')
      expect(git(s.world.repo.source, 'show', `refs/swarm/beside/${id}/1/1:good.txt`)).toBe('good\n')
    },
    { files, settings: { verifyRetries: 0 } },
  ))

it('keeps the rest beside an agent at work, too', () => {
  const found: string[] = []
  let s: Story
  const harness = pretended(async ({ sandbox, attempt, signal }) => {
    const does = async (text: string) => (await sandbox.exec(['sh', '-euc', text], { signal })).output
    if (attempt > 1) {
      found.push(await does('cat mine.txt; ls -A'))
      return well()
    }
    await does(`echo fine > mine.txt; ${module('p', 'p', '-u./payload')}`)
    s.clock.turn(120_000)
    await expect.poll(async () => (await s.attempts(1))[0]?.work, { timeout: 20_000 }).toBeTruthy()
    await sandbox.close()
    return failed('infrastructure', 'It was killed.')
  })
  return swarm(
    async (story) => {
      s = story
      await s.file('Flawed', [])
      await s.tick()
      s.clock.turn(60_000)
      await s.settle()
      expect(found).toEqual(['fine\n.git\nREADME.md\nkept.txt\nmine.txt\nverify.sh\n'])
      expect(await s.main()).toEqual(['ticket-1: Flawed'])
    },
    { files, settings: { saveInterval: 120 }, with: () => ({ harness }) },
  )
})

it('says so when nothing can be kept', () =>
  swarm(
    async (s) => {
      const ticket = await s.file('Flawed', script([run('echo fine > mine.txt')]))
      await s.tick()
      const [attempt] = await s.attempts(ticket)
      expect(attempt?.reason).toMatch(
        /^gate red: .*\nGit refuses object [0-9a-f]+, and the work cannot be saved without it: odd/,
      )
      expect(attempt?.work).toBeNull()
    },
    {
      with: ({ repo }) => ({
        repo: { ...repo, receive: () => Promise.reject(new Flawed([{ id: '1'.repeat(40), why: 'odd' }])) },
      }),
    },
  ))
