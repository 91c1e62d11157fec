import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { staysInside } from '../../src/life/landing/scan.ts'
import { FORMATS } from '../../src/life/landing/secrets.ts'
import { type Sifted, sieve } from '../../src/life/landing/sieve.ts'
import { pretended, well } from './pretended.ts'
import { swarm } from './swarm.ts'

const ONCE = { settings: { verifyRetries: 0 } }
const write = (file: string, text: string, mode = '644') => ({ write: { file, text, mode } })

/** Put together here, so that no scanner of ours or of others finds them in this file. */
const part = (length: number, letters = 'aB3dE5fG7hJ9') => letters.repeat(20).slice(0, length)
const SAMPLES: [what: string, secret: string][] = [
  ['a private key', `-----BEGIN OPENSSH ${'PRIVATE'} KEY-----`],
  ['a private key', `-----BEGIN ${'PRIVATE'} KEY-----`],
  ['a private key', `-----BEGIN PGP ${'PRIVATE'} KEY BLOCK-----`],
  ['an Anthropic key', `sk-ant-api03-${part(90)}`],
  ['an Anthropic key', `sk-ant-oat01-${part(90)}`],
  ['an OpenAI key', `sk-proj-${part(60)}`],
  ['an AWS access key', `AKIA${part(16, 'ABCD2345')}`],
  ['a GitHub token', `ghp_${part(36)}`],
  ['a GitHub token', `github_pat_${part(82)}`],
  ['a GitLab token', `glpat-${part(20)}`],
  ['a Slack token', `xoxb-${part(40, '0123-45')}`],
  ['a Slack webhook', `https://hooks.slack.com/services/T${part(8, 'AB1')}/B${part(8, 'AB1')}/${part(24)}`],
  ['a Discord webhook', `https://discord.com/api/webhooks/${part(18, '123')}/${part(68)}`],
  ['a Telegram token', `${part(10, '123')}:AA${part(33)}`],
  ['a Google key', `AIza${part(35)}`],
  ['an npm token', `npm_${part(36)}`],
  ['a PyPI token', `pypi-${part(100)}`],
  ['a Stripe key', `sk_live_${part(24)}`],
  ['a SendGrid key', `SG.${part(22)}.${part(43)}`],
  ['a token of the swarm', `swarm_${part(43)}`],
  ['a Hugging Face token', `hf_${part(34, 'abCD')}`],
]

describe('secrets', () => {
  it('are known by their look: every format has a sample', () => {
    const sampled = new Set(SAMPLES.map(([what]) => what))
    expect(FORMATS.map(({ what }) => what).filter((what) => !sampled.has(what))).toEqual([])
  })

  it.each(SAMPLES)('finds %s', (what, secret) => {
    expect(sifted(`one\n  key = "${secret}"\n`).secrets).toMatchObject([{ what, line: 2 }])
  })

  it('never lets one land, wherever it stands, and tells the agent where it is but not what it is', () =>
    swarm(async (s) => {
      const files = SAMPLES.map(([, secret], at) => write(`f${at}.txt`, `one\ntoken: ${secret}\n`))
      const id = await s.file('Configure it', [...files, write('data.bin', `\0\0\n${SAMPLES[3]![1]}\n`)])
      await s.settle()
      expect(await s.main()).toEqual([])
      const reason = (await s.attempts(id))[0]?.reason ?? ''
      for (const [at, [what]] of SAMPLES.entries())
        expect(reason).toContain(`f${at}.txt, line 2, contains what looks like ${what}`)
      expect(reason).toContain('data.bin, line 2')
      for (const [, secret] of SAMPLES) expect(reason).not.toContain(secret)
    }, ONCE))

  it('keeps the work of an agent that wrote its own token down and gave its ticket back, without the token', () =>
    swarm(async (s) => {
      const id = await s.file('Write it down', [
        {
          on: 'start',
          do: [{ run: 'echo "curl $SWARM_API with $SWARM_TOKEN" > notes.txt' }, { release: 'Later.' }],
        },
        { on: 'again', do: [{ run: 'grep -q curl notes.txt' }, write('more.txt', 'more\n')] },
        { on: 'red', do: [{ run: 'sed -i "s/ with .*//" notes.txt' }] },
      ])
      await s.settle()
      s.clock.turn(60_000)
      await s.settle()
      const [first, second] = await s.attempts(id)
      expect(first).toMatchObject({ outcome: 'released', work: expect.any(String) })
      expect(second).toMatchObject({ outcome: 'landed' })
      expect(await s.log(id)).toContain('agent-1 is working on #1 again: Your work cannot land as it is.')
      expect(await s.read('notes.txt')).toMatch(/^curl \S+\n$/)
      expect(await s.read('more.txt')).toBe('more\n')
    }))

  it.each([
    ['the example of a manual', 'AKIAIOSFODNN7EXAMPLE'],
    ['a public key', '-----BEGIN PUBLIC KEY-----'],
    ['what only begins like one', 'sk-ant-api03-xxx, ghp_TOKEN, AIza'],
    ['a longer word', `task-ant-api03-${part(40)} and Xghp_${part(40)}`],
  ])('lets %s land', (_, text) => expect(sifted(text).secrets).toEqual([]))

  it('holds nothing against a change that only moves what main has already', () => {
    const [, secret] = SAMPLES[3]!
    return swarm(
      async (s) => {
        await s.file('Move it', [{ run: `{ echo moved; cat keys; } > x && mv x keys && git mv old new` }])
        await s.settle()
        expect(await s.main()).toEqual(['ticket-1: Move it'])
      },
      { ...ONCE, files: { keys: `key: ${secret}\n`, old: `other: ${secret}\n`.repeat(9) } },
    )
  })
})

/** What the sieve finds in a text that comes in pieces of that many bytes. */
function sifted(text: string, size = 64 * 1024): Sifted {
  const { push, end } = sieve()
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) push(bytes.subarray(at, at + size))
  return end()
}

describe('a file of any size', () => {
  const [what, secret] = SAMPLES[3]!
  const MARKED = '<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n'

  it.each([1, 7, 100, 64 * 1024])('is looked through in pieces of %i bytes', (size) => {
    const text = `${'one line\n'.repeat(500)}${MARKED}token: ${secret}\n${secret.slice(0, 40)}`
    const { isMarked, secrets } = sifted(text, size)
    expect(isMarked).toBe(true)
    expect(secrets).toEqual([
      { what, line: 506, text: secret },
      { what, line: 507, text: secret.slice(0, 40) },
    ])
  })

  it('hides nothing in a line that never ends, and makes nothing up there', () => {
    for (let before = 64 * 1024 - 120; before < 64 * 1024 + 10; before += 10) {
      expect(sifted(`${'-'.repeat(before)}${secret}${'-'.repeat(200_000)}`, 4096).secrets).toHaveLength(1)
      expect(sifted(`${'-'.repeat(before)}X${secret}${' -'.repeat(100_000)}`, 4096).secrets).toEqual([])
    }
  })

  it.each([
    ['of beginnings of conflicts', '<<<<<<< a\n'],
    ['of beginnings and middles', '<<<<<<< a\n=======\n'],
    ['of beginnings of keys', '-----BEGIN A B C D E F '],
    ['of tokens that are never long enough', 'sk-ant-a-SG.AIzaghp_xoxb-'],
    ['of zeros', '\0'],
  ])('takes time by its size only, also when it is full %s', (_, text) => {
    const before = process.cpuUsage()
    sifted(text.repeat((4 * 1024 * 1024) / text.length))
    const { user } = process.cpuUsage(before)
    expect(user / 1000).toBeLessThan(4000)
  })

  it.each([
    ['a heading', 'Title\n=======\n', false],
    ['markers in the middle of lines', MARKED.replaceAll(/^/gm, ' '), false],
    ['one half', '<<<<<<< a\n1\n=======\n2\n', false],
    ['the wrong order', '>>>>>>> b\n=======\n<<<<<<< a\n', false],
    ['windows line ends', MARKED.replaceAll('\n', '\r\n'), true],
    ['what is no text', `${MARKED}\0`, false],
  ])('of conflict markers knows %s', (_, text, marked) => expect(sifted(text).isMarked).toBe(marked))
})

describe('symbolic links', () => {
  it.each([
    ['link', 'file.txt', true],
    ['a/link', '../b/file.txt', true],
    ['a/b/link', '../../c', true],
    ['a/link', '..', true],
    ['link', '.', true],
    ['link', '/etc/passwd', false],
    ['link', '..', false],
    ['a/link', '../../etc', false],
    ['link', 'a/../b', false],
    ['link', './a/../../b', false],
    ['link', '.git/config', false],
    ['link', 'a/.GIT/hooks', false],
    ['link', '', false],
    ['link', 'C:\\secrets', false],
    ['link', '.g\u200cit/config', false],
    ['link', 'a/git~1/hooks', false],
    ['link', '.git./hooks', false],
    ['link', '.gitignore', true],
  ])('%s → %s stays inside: %s', (path, target, stays) => expect(staysInside(path, target)).toBe(stays))

  it('never land when they lead out of the project', () =>
    swarm(async (s) => {
      const id = await s.file('Link it', [{ symlink: { file: 'keys', to: '/etc/ssh' } }])
      await s.settle()
      expect(await s.main()).toEqual([])
      expect((await s.attempts(id))[0]?.reason).toContain('keys is a symbolic link that leads out')
    }, ONCE))
})

describe('names that are not UTF-8', () => {
  /** In shell: the file `caf\\351.txt`. */
  const FILE = '"$(printf \'caf\\351.txt\')"'
  const SHOWN = '"caf\\351.txt"'
  const [, secret] = SAMPLES[3]!

  /** A project has had such a file since before there was a swarm. */
  const withFile = (tell: (s: S) => Promise<void>, more = {}) =>
    swarm(
      async (s) => {
        plant(s, 'caf\xe9.txt', 'one\n')
        await tell(s)
      },
      { settings: { verifyRetries: 0, ...more } },
    )
  const onMain = (s: S) => git(s, ['ls-tree', '-r', '--name-only', 'main']).split('\n')

  it.each([
    ['a secret', `echo ${secret} > ${FILE}`, `${SHOWN}, line 1, contains what looks like an Anthropic key`],
    [
      'conflict markers',
      `printf '<<<<<<< a\\n1\\n=======\\n2\\n>>>>>>> b\\n' > ${FILE}`,
      `${SHOWN} contains conflict markers.`,
    ],
    ['a link that leads out', `ln -sf /etc/ssh ${FILE}`, `${SHOWN} is a symbolic link that leads out`],
    [
      'a nested repository',
      `rm ${FILE} && git init -q ${FILE} && git -C ${FILE} commit -q --allow-empty -m x`,
      `${SHOWN} is a nested repository`,
    ],
  ])('hide nothing from the scan: %s', (_, run, sentence) =>
    withFile(async (s) => {
      const id = await s.file('Sneak', [{ run }])
      await s.settle()
      expect(await s.main()).toEqual(['plant'])
      expect((await s.attempts(id))[0]?.reason).toContain(sentence)
    }),
  )

  it('hide no program that nobody can read, and no protected path', () =>
    withFile(
      async (s) => {
        const program = `rm ${FILE} && printf 'ELF\\000' > ${FILE} && chmod 755 ${FILE}`
        const id = await s.file('Sneak', [{ run: program }])
        await s.settle()
        expect((await s.ticket(id)).stage).toMatchObject({ status: 'ready', held: [SHOWN] })
        const guarded = await s.file('Steer', [{ run: `rm ${FILE}` }])
        s.settings.protectedPaths = ['caf*']
        await s.settle()
        expect((await s.ticket(guarded)).stage).toMatchObject({ status: 'ready', held: [SHOWN] })
      },
      { protectedPaths: [] },
    ))

  it('stay as they are, can be changed and can be taken away', () =>
    withFile(async (s) => {
      await s.file('Beside', [write('a.txt', 'a\n')])
      await s.settle()
      await s.file('Change', [{ run: `echo two > ${FILE}` }])
      await s.settle()
      expect(onMain(s)).toContain(SHOWN)
      await s.file('Remove', [{ run: `rm ${FILE}` }])
      await s.settle()
      expect(await s.main()).toEqual(['plant', 'ticket-1: Beside', 'ticket-2: Change', 'ticket-3: Remove'])
      expect(onMain(s)).not.toContain(SHOWN)
    }))

  it('are named to an agent that meets a conflict in them, with what landed there', () => {
    const prompts: string[] = []
    let meanwhile = () => {}
    const agent = pretended(async ({ prompt, sandbox, signal }) => {
      prompts.push(prompt)
      await sandbox.exec(['sh', '-c', `echo ${prompts.length} > ${FILE}`], { signal })
      if (prompts.length === 1) meanwhile()
      return well()
    })
    return swarm(
      async (s) => {
        plant(s, 'caf\xe9.txt', 'one\n')
        meanwhile = () => plant(s, 'caf\xe9.txt', 'other\n')
        await s.file('Meet', [])
        await s.settle()
        expect(await s.main()).toEqual(['plant', 'plant', 'ticket-1: Meet'])
        expect(prompts[1]).toContain(`Resolve them:\n  ${SHOWN}\n`)
        expect(prompts[1]).toContain(`plant (changed ${SHOWN})`)
      },
      { with: () => ({ harness: agent }) },
    )
  })

  it.each([
    ['bytes that are no UTF-8', FILE, SHOWN],
    ['a line break', `"$(printf 'new\\nline.txt')"`, '"new\\nline.txt"'],
    ['letters that turn the order round', `"$(printf 'a\\342\\200\\256b.txt')"`, '"a\\342\\200\\256b.txt"'],
  ])('are not taken in anew, nor are others that do not show as what they are: %s', (_, file, name) =>
    swarm(async (s) => {
      const id = await s.file('Add', [{ run: `echo x > ${file}` }])
      await s.settle()
      expect(await s.main()).toEqual([])
      expect((await s.attempts(id))[0]?.reason).toContain(`${name} is not a plain name`)
    }, ONCE),
  )
})

type S = Parameters<Parameters<typeof swarm>[0]>[0]

const git = ({ world }: S, args: string[], options: { input?: Buffer; env?: NodeJS.ProcessEnv } = {}) =>
  execFileSync('git', [`--git-dir=${world.repo.source}`, ...args], {
    ...options,
    env: { ...process.env, ...options.env },
    encoding: 'utf8',
  }).trim()

/** Commits a file to `main` whose name is given as latin1, for text of ours is UTF-8 always. */
function plant(s: S, name: string, text: string): void {
  const env = { GIT_INDEX_FILE: join(s.world.scratch, 'index') }
  const blob = git(s, ['hash-object', '-w', '--stdin'], { input: Buffer.from(text) })
  git(s, ['read-tree', 'main'], { env })
  const input = Buffer.from(`100644 ${blob}\t${name}\0`, 'latin1')
  git(s, ['update-index', '-z', '--index-info'], { env, input })
  const tree = git(s, ['write-tree'], { env })
  const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org']
  const commit = git(s, [...author, 'commit-tree', tree, '-p', 'main', '-m', 'plant'])
  git(s, ['update-ref', 'refs/heads/main', commit])
}

describe('new programs', () => {
  it('wait for a person when nobody can read them', () =>
    swarm(async (s) => {
      const id = await s.file('Bring a tool', [write('tool', '\x7fELF\0\0\0', '755')])
      await s.settle()
      expect(await s.main()).toEqual([])
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'ready', held: ['tool'] })
      await s.person(id, { type: 'approve' })
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Bring a tool'])
    }))

  it('wait also when they take the place of a script', () =>
    swarm(
      async (s) => {
        const id = await s.file('Compile it', [{ delete: 'tool' }, write('tool', '\x7fELF\0\0', '755')])
        await s.settle()
        expect((await s.ticket(id)).stage).toMatchObject({ status: 'ready', held: ['tool'] })
      },
      { files: { tool: '#!/bin/sh\n' } },
    ))

  it('land by themselves when they are scripts, which the diff shows', () =>
    swarm(async (s) => {
      await s.file('Add a script', [write('tool.sh', '#!/bin/sh\nexit 0\n', '755')])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Add a script'])
    }))
})
