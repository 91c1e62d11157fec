/** What lands is what stands in the checkout, whatever an agent, or a tool that it ran, has set in that checkout's git. */
import { expect, it, vi } from 'vitest'
import { onHead } from '../e2e/million-paths.ts'
import { failed, pretended, well } from './pretended.ts'
import { git, type Story, swarm } from './swarm.ts'

vi.setConfig({ testTimeout: 60_000 })

const run = (command: string) => ({ run: command })
const script = (start: object[], asked: object[] = []) => [
  { on: 'start', do: start },
  { on: 'asked', do: asked },
]
const files = { 'kept.txt': 'kept\n', 'in/a.txt': 'a\n', 'out/b.txt': 'b\n' }

/** What the agent was asked in its session, of the only attempt. */
async function asked(s: Story, id: number): Promise<string> {
  const [attempt, ...others] = await s.attempts(id)
  expect(others).toEqual([])
  return (await s.world.transcripts.read(attempt!.transcript!, 0, 1_000_000))?.text ?? ''
}

it('lands commits whose history the checkout’s git cuts off', () =>
  swarm(
    async (s) => {
      const steps =
        'echo mine > kept.txt; git commit -qam one; echo two > two.txt; git add -A; git commit -qm two'
      await s.file('Shallow', [run(`${steps}; git rev-parse HEAD > .git/shallow`)])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Shallow'])
      expect(await s.read('kept.txt')).toBe('mine\n')
    },
    { files },
  ))

it.each([
  ['lost', 'rm .git/index'],
  ['emptied', 'git read-tree --empty'],
])('keeps a file that main has although it is ignored, where the checkout’s index is %s', (_, loses) =>
  swarm(
    async (s) => {
      await s.commitToMain({ '.gitignore': 'build/\n' })
      await s.file('Loses its index', [run(`${loses}; echo mine > kept.txt`)])
      await s.settle()
      expect(await s.read('kept.txt')).toBe('mine\n')
      expect(await s.read('build/kept.txt')).toBe('kept\n')
    },
    { files: { ...files, 'build/kept.txt': 'kept\n' } },
  ),
)

it.each([
  ['assumes unchanged', 'git update-index --assume-unchanged kept.txt; echo mine > kept.txt'],
  ['skips in the work tree', 'git update-index --skip-worktree kept.txt; echo mine > kept.txt'],
  ['has left out of a sparse checkout', 'git sparse-checkout set in; rm -rf kept.txt; echo mine > kept.txt'],
  [
    'has left out of a sparse index',
    'git sparse-checkout set --sparse-index in; echo mine > kept.txt; git config index.sparse true',
  ],
  ['keeps in a split index', 'git update-index --split-index; echo mine > kept.txt; git add kept.txt'],
])('lands the change of a file that the checkout’s git %s', (_, hides) =>
  swarm(
    async (s) => {
      await s.file('Unseen', [run(hides)])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Unseen'])
      expect(await s.read('kept.txt')).toBe('mine\n')
      expect(await s.read('out/b.txt')).toBe('b\n')
    },
    { files },
  ),
)

it('takes no file for deleted that a sparse checkout leaves out, and a new one there for new', () =>
  swarm(
    async (s) => {
      const does =
        'git sparse-checkout set in; test ! -e out; echo mine > in/a.txt; mkdir new; echo n > new/c.txt'
      await s.file('Sparse', [run(does)])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Sparse'])
      expect(await s.read('in/a.txt')).toBe('mine\n')
      expect(await s.read('out/b.txt')).toBe('b\n')
      expect(await s.read('new/c.txt')).toBe('n\n')
    },
    { files },
  ))

it.each([
  ['lost', 'rm .git/index'],
  ['emptied', 'git read-tree --empty'],
])('takes no file for deleted that a sparse checkout leaves out, whose index is %s', (_, loses) =>
  swarm(
    async (s) => {
      await s.file('Sparse', [run(`git sparse-checkout set in; ${loses}; echo mine > in/a.txt`)])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Sparse'])
      expect(await s.read('in/a.txt')).toBe('mine\n')
      expect(await s.tree()).toContain('100644 out/b.txt')
    },
    { files },
  ),
)

it('lands what an agent writes outside of a sparse checkout that expects files there', () =>
  swarm(
    async (s) => {
      const sets = 'git sparse-checkout set in; git config sparse.expectFilesOutsideOfPatterns true'
      await s.file('Outside', [run(`${sets}; mkdir out; echo mine > out/b.txt`)])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Outside'])
      expect(await s.read('out/b.txt')).toBe('mine\n')
    },
    { files },
  ))

const BUILT_ANEW =
  'at=$(git rev-parse HEAD); mv .git ../old; git init -q; git fetch -q ../old "$at"; git add -A; git reset -q --soft "$at"'

it.each([
  ['that git ignores', BUILT_ANEW, 'build/kept.txt', 'git add --force build/kept.txt'],
  [
    'that a sparse checkout leaves out',
    'git sparse-checkout set in; rm .git/index; git add -A',
    'out/b.txt',
    'git sparse-checkout disable; git checkout -q "$(cat ../base)" -- out/b.txt',
  ],
])(
  'asks an agent about files of main %s and its new index has not, and lands what it then says',
  async (_, loses, path, mends) => {
    for (const [isKept, does] of [
      [true, mends],
      [false, 'true'],
    ] as const)
      await swarm(
        async (s) => {
          await s.commitToMain({ '.gitignore': 'build/\n' })
          const steps = script(
            [run(`git rev-parse HEAD > ../base; ${loses}; echo mine > in/a.txt`)],
            [run(does)],
          )
          const id = await s.file('Builds its index anew', steps)
          await s.settle()
          expect(await asked(s, id)).toContain(path)
          expect(await s.read('in/a.txt')).toBe('mine\n')
          expect((await s.tree()).includes(`100644 ${path}`)).toBe(isKept)
        },
        { files: { ...files, 'build/kept.txt': 'kept\n' } },
      )
  },
)

it('still takes no file for deleted when a sparse checkout is mended after a red gate', () =>
  swarm(
    async (s) => {
      const steps = [
        { on: 'start', do: [run('git sparse-checkout set in; echo BUG > in/a.txt')] },
        {
          on: 'red',
          do: [run('test -z "$(git status --porcelain)"; echo mine > in/a.txt; git commit -qam mended')],
        },
      ]
      await s.file('Sparse', steps)
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Sparse'])
      expect(await s.tree()).toContain('100644 out/b.txt')
    },
    { files },
  ))

const FILTER = 'git config filter.up.clean "tr a-z A-Z"'

it.each([
  [
    'a clean filter of its attributes',
    `${FILTER}; mkdir -p .git/info; echo "* filter=up" > .git/info/attributes`,
  ],
  [
    'a clean filter of the home',
    `${FILTER}; mkdir -p ~/.config/git; echo "* filter=up" > ~/.config/git/attributes; git config --global filter.up.clean "tr a-z A-Z"`,
  ],
  ['a file of attributes', `${FILTER}; echo "* filter=up" > ~/attrs; git config core.attributesFile ~/attrs`],
  ['core.autocrlf', 'git config core.autocrlf input'],
  ['core.autocrlf of the home', 'git config --global core.autocrlf input'],
  ['core.fileMode', 'git config core.fileMode false'],
  ['core.symlinks', 'git config core.symlinks false'],
  ['core.ignoreCase', 'git config core.ignoreCase true'],
  ['core.precomposeUnicode', 'git config core.precomposeUnicode true'],
  ['core.bigFileThreshold', 'git config core.bigFileThreshold 1'],
])('lands files as they stand in spite of %s', (_, sets) =>
  swarm(
    async (s) => {
      const writes =
        "printf 'one\\r\\n' > kept.txt; echo '#!/bin/sh' > run.sh; chmod +x run.sh in/a.txt; ln -s kept.txt link; echo big > KEPT.txt"
      await s.file('Set', [run(`${sets}; ${writes}; git add -A; git commit -qm mine`)])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Set'])
      expect(await s.read('kept.txt')).toBe('one\r\n')
      expect(await s.read('KEPT.txt')).toBe('big\n')
      expect(await s.tree()).toEqual([
        '100644 KEPT.txt',
        '100644 README.md',
        '100755 in/a.txt',
        '100644 kept.txt',
        '120000 link',
        '100644 out/b.txt',
        '100755 run.sh',
        '100755 verify.sh',
      ])
    },
    { files },
  ),
)

it('goes by the attributes that the project itself has committed', () =>
  swarm(async (s) => {
    await s.commitToMain({ '.gitattributes': '*.txt text\n*.up filter=up\n' })
    const does = `${FILTER}; git config filter.own.clean rev; printf 'new\\r\\n' > new.txt; echo abc > x.up; echo abc > x.own`
    await s.file('Attributes', [run(`${does}; echo '*.own filter=own' >> .git/info/attributes || :`)])
    await s.settle()
    expect(await s.read('new.txt')).toBe('new\n')
    expect(await s.read('x.up')).toBe('ABC\n')
    expect(await s.read('x.own')).toBe('abc\n')
  }))

it('lands an ignored file that the agent has added, and deletes one that it has taken out of git', () =>
  swarm(
    async (s) => {
      await s.commitToMain({ '.gitignore': '*.log\n' })
      const does = 'echo x > forced.log; git add -f forced.log; git rm -q --cached old.log; test -e old.log'
      await s.file('Ignored', [run(does)])
      await s.settle()
      expect(await s.tree()).toEqual([
        '100644 .gitignore',
        '100644 README.md',
        '100644 forced.log',
        '100755 verify.sh',
      ])
    },
    { files: { 'old.log': 'old\n' } },
  ))

it.each([
  ['by its own excludes', 'mkdir -p .git/info; echo "hidden*" >> .git/info/exclude'],
  ['by a setting', 'echo "hidden*" > ~/ignored; git config core.excludesFile ~/ignored'],
  ['by the home', 'mkdir -p ~/.config/git; echo "hidden*" > ~/.config/git/ignore'],
])('tells an agent once of files that git hides %s, and lands what it then adds', (_, hides) =>
  swarm(async (s) => {
    const writes = 'mkdir hidden; for f in hidden/a hidden.txt shown.txt; do echo x > $f; done'
    const id = await s.file('Hides', script([run(`${hides}; ${writes}`)], [run('git add -f hidden.txt')]))
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Hides'])
    expect(await s.tree()).toEqual([
      '100644 README.md',
      '100644 hidden.txt',
      '100644 shown.txt',
      '100755 verify.sh',
    ])
    expect(await asked(s, id)).toContain('hidden.txt, hidden/.')
    expect((await s.log(id)).filter((line) => line.includes('git hide files')).length).toBe(1)
    expect(git(s.world.repo.source, 'show', `refs/swarm/beside/${id}/1/1:hidden/a`)).toBe('x\n')
    expect((await s.world.store.comments(id)).at(-1)?.body).toMatch(/git hides \(hidden\/a\), saved in refs/)
  }),
)

it('says that it is hidden files that an agent has left when there is nothing else', () =>
  swarm(async (s) => {
    const hides = 'mkdir -p .git/info; echo "mine.txt" > .git/info/exclude; echo x > mine.txt'
    const id = await s.file('Hides', script([run(hides)]))
    await s.tick()
    expect((await s.attempts(id))[0]?.reason).toMatch(
      /^did nothing: .*git hide files.*: mine\.txt\. They are saved in refs\/swarm\/beside\/1\/1\/1\./,
    )
    expect(git(s.world.repo.source, 'show', 'refs/swarm/beside/1/1/1:mine.txt')).toBe('x\n')
  }))

it('keeps no hidden files that are many or large, and what is fit lands', () =>
  swarm(async (s) => {
    const hides = 'mkdir -p .git/info; echo "mine*" > .git/info/exclude; echo x > mine.txt; echo x > fit.txt'
    const large = 'head -c 11000000 /dev/urandom > mine.bin; mkdir mine; cd mine; seq 1001 | xargs touch'
    await s.file('Hides', script([run(`${hides}; ${large}`)]))
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Hides'])
    const names = git(s.world.repo.source, 'ls-tree', '-r', '--name-only', 'refs/swarm/beside/1/1/1')
    expect(names.split('\n')).toEqual(['README.md', 'fit.txt', 'mine.txt', 'verify.sh', ''])
  }))

it('does not ask about what the project ignores, nor about an agent’s own configuration', () =>
  swarm(
    async (s) => {
      const hides =
        'mkdir -p ~/.config/git .claude; echo "**/.claude/settings.local.json" > ~/.config/git/ignore'
      const writes = 'echo x > .claude/settings.local.json; echo x > a.log; echo x > mine.txt'
      const id = await s.file('Hides', script([run(`${hides}; ${writes}`)]))
      await s.settle()
      expect(await s.tree()).toContain('100644 mine.txt')
      expect((await s.log(id)).filter((line) => line.includes('again'))).toEqual([])
    },
    { files: { '.gitignore': '*.log\n' } },
  ))

it('goes by the real history when the checkout’s git shows another one in its place', () =>
  swarm(
    async (s) => {
      const fakes = [
        'echo mine > mine.txt; git add -A; git commit -qm mine; real=$(git rev-parse HEAD)',
        'other=$(git commit-tree -m other "$(git rev-parse HEAD~1^{tree})"); git replace "$real" "$other"',
        'git replace "$(git rev-parse main:kept.txt)" "$(echo no | git hash-object -w --stdin)"',
        'mkdir -p .git/info; echo "$real" > .git/info/grafts',
      ]
      await s.file('Replaced', [run(fakes.join('\n'))])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Replaced'])
      expect(await s.read('mine.txt')).toBe('mine\n')
      expect(await s.read('kept.txt')).toBe('kept\n')
    },
    { files },
  ))

it('finds work beside HEAD although the checkout’s git shows another commit in its place', () =>
  swarm(async (s) => {
    const does =
      'git checkout -q -b feature; echo mine > mine.txt; git add -A; git commit -qm mine; git checkout -q main'
    const id = await s.file('Replaced', script([run(`${does}; git replace feature main`)]))
    await s.tick()
    expect((await s.attempts(id))[0]?.reason).toContain('It left the branch feature (mine.txt)')
    expect(git(s.world.repo.source, 'show', `refs/swarm/beside/${id}/1/1:mine.txt`)).toBe('mine\n')
  }))

it('keeps beside an agent at work what its git does not see, and leaves its index as it is', () => {
  let s: Story
  const seen: string[] = []
  const harness = pretended(async ({ sandbox, attempt, signal }) => {
    const does = async (text: string) => {
      const { exit, output } = await sandbox.exec(['sh', '-euc', text], { signal })
      expect(exit, output).toBe(0)
      return output
    }
    if (attempt > 1) {
      seen.push(await does('cat kept.txt new.txt | tr "\\r\\n" RN'))
      return well()
    }
    await does('git sparse-checkout set in; git update-index --assume-unchanged in/a.txt')
    await does(
      "git config core.autocrlf input; printf 'x\\r\\n' > kept.txt; printf 'y\\r\\n' > new.txt; git add new.txt || :",
    )
    const look = 'git ls-files -v -t --stage; git status --porcelain; git log --format=%H; ls .git'
    const before = await does(look)
    s.clock.turn(120_000)
    await expect.poll(async () => (await s.attempts(1))[0]?.work, { timeout: 20_000 }).toBeTruthy()
    expect(await does(look)).toBe(before)
    await does('echo more > in/a.txt; git gc -q --prune=now')
    const kept = (await s.attempts(1))[0]?.work
    s.clock.turn(120_000)
    await expect.poll(async () => (await s.attempts(1))[0]?.work, { timeout: 20_000 }).not.toBe(kept)
    await sandbox.close()
    return failed('infrastructure', 'It was killed.')
  })
  return swarm(
    async (story) => {
      s = story
      await s.file('Long', [])
      await s.tick()
      s.clock.turn(60_000)
      await s.settle()
      expect(seen).toEqual(['xRNyRN\n'])
      expect(await s.read('in/a.txt')).toBe('more\n')
      expect(await s.read('out/b.txt')).toBe('b\n')
      expect(git(s.world.repo.source, 'diff', '--name-only', 'main~1', 'main')).toBe(
        'in/a.txt\nkept.txt\nnew.txt\n',
      )
    },
    { files, settings: { saveInterval: 120 }, with: () => ({ harness }) },
  )
})

it('lists none of a million paths that HEAD adds, and tells the agent that they are too many', () => {
  const seen: { prompt: string; listed: boolean }[] = []
  const harness = pretended(async ({ sandbox, prompt, signal }) => {
    const within = (script: string) => sandbox.exec(['sh', '-ec', script], { signal })
    const { exit } = await within('[ -s "$HOME/.kept/.git/absent" ] || [ -s "$HOME/.kept/.git/theirs" ]')
    seen.push({ prompt, listed: exit === 0 })
    if (seen.length === 1) expect((await within(onHead('in'))).exit).toBe(0)
    else await within('git reset -q --hard HEAD~ && git sparse-checkout disable && echo mine > kept.txt')
    return well()
  })
  return swarm(
    async (s) => {
      await s.file('Brings a million', [])
      await s.settle()
      expect(seen[1]?.prompt).toContain('more than 200,000 files')
      expect(seen.map(({ listed }) => listed)).toEqual([false, false])
      expect(await s.read('kept.txt')).toBe('mine\n')
    },
    { files, with: () => ({ harness }) },
  )
})
