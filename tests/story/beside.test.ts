/** Work that is not in HEAD's tree when an agent ends: it is found, asked about once, and kept whatever the agent says. */
import { expect, it, vi } from 'vitest'
import { failed, pretended, well } from './pretended.ts'
import { git, type Story, swarm } from './swarm.ts'

vi.setConfig({ testTimeout: 60_000 })

const run = (command: string) => ({ run: command })
const write = (file: string, text = 'fine\n') => ({ write: { file, text } })
const script = (start: object[], asked: object[]) => [
  { on: 'start', do: start },
  { on: 'asked', do: asked },
]

/** Refs that keep what lay beside, of the only ticket: attempt and number. */
const refs = ({ world }: Story) =>
  git(world.repo.source, 'for-each-ref', '--format=%(refname) %(contents:subject)', 'refs/swarm/beside/1')
    .split('\n')
    .flatMap((line) => /^refs\/swarm\/beside\/1\/(\S+) beside: /.exec(line)?.[1] ?? [])

const kept = ({ world }: Story, path: string) =>
  git(world.repo.source, 'show', `refs/swarm/beside/1/1/1:${path}`)

const WAYS: [where: string, told: string, steps: object[], bring: string][] = [
  ['in a stash', 'stash@{0}', [write('mine.txt'), run('git add -A && git stash -q')], 'git stash pop -q'],
  [
    'in a stash of untracked files',
    'stash@{0}',
    [write('mine.txt'), run('git stash -q -u')],
    'git stash pop -q',
  ],
  [
    'on another branch',
    'branch feature',
    [run('git checkout -q -b feature'), write('mine.txt'), { commit: 'mine' }, run('git checkout -q -')],
    'git merge -q feature',
  ],
  [
    'in a linked worktree, not committed',
    'worktree',
    [run('git worktree add -q --detach ../other && echo fine > ../other/mine.txt')],
    'cp ../other/mine.txt . && git worktree remove --force ../other',
  ],
  [
    'in a linked worktree within the checkout, committed',
    'worktree',
    [
      run(
        'git worktree add -q --detach other && cd other && echo fine > mine.txt && git add -A && git commit -qm mine',
      ),
    ],
    'git merge -q "$(git -C other rev-parse HEAD)" && git worktree remove --force other',
  ],
  [
    'in a linked worktree, on a branch without commits',
    'worktree',
    [
      run(
        'git worktree add -q --detach ../other && cd ../other && git checkout -q --orphan fresh && echo fine > mine.txt',
      ),
    ],
    'cp ../other/mine.txt . && git worktree remove --force ../other',
  ],
  [
    'in a linked worktree that it has moved',
    'moved',
    [run('git worktree add -q --detach ../other && echo fine > ../other/mine.txt && mv ../other ../moved')],
    'cp ../moved/mine.txt . && rm -rf ../moved && git worktree prune',
  ],
  [
    'in a linked worktree whose .git is gone',
    'worktree',
    [run('git worktree add -q --detach ../other && echo fine > ../other/mine.txt && rm ../other/.git')],
    'cp ../other/mine.txt . && rm -rf ../other && git worktree prune',
  ],
  [
    'in a linked worktree, whose folder is deleted, committed',
    'whose folder is missing',
    [
      run(
        '(git worktree add -q --detach ../other && cd ../other && echo fine > mine.txt && git add -A && git commit -qm mine) && rm -rf ../other',
      ),
    ],
    'git merge -q worktrees/other/HEAD && git worktree prune',
  ],
  [
    'in a linked worktree, whose folder is deleted, staged',
    'whose folder is missing',
    [
      run(
        '(git worktree add -q --detach ../other && cd ../other && echo fine > mine.txt && git add -A) && rm -rf ../other',
      ),
    ],
    'git show "$(git --git-dir=.git/worktrees/other write-tree):mine.txt" > mine.txt && git worktree prune',
  ],
  [
    'behind, on a HEAD that it has left',
    'left behind',
    [run('git checkout -q --detach'), write('mine.txt'), { commit: 'mine' }, run('git checkout -q -')],
    'git merge -q HEAD@{2}',
  ],
  [
    'under a ref of its own kind',
    'refs/wip/one',
    [
      write('mine.txt'),
      { commit: 'mine' },
      run('git update-ref refs/wip/one HEAD && git reset -q --hard HEAD~1'),
    ],
    'git merge -q refs/wip/one',
  ],
  [
    'under a ref as of a remote',
    'refs/remotes/mine/one',
    [
      write('mine.txt'),
      { commit: 'mine' },
      run('git update-ref refs/remotes/mine/one HEAD && git reset -q --hard HEAD~1'),
    ],
    'git merge -q refs/remotes/mine/one',
  ],
  [
    'under a ref as of the remote that it came from',
    'refs/remotes/origin/mine',
    [
      write('mine.txt'),
      { commit: 'mine' },
      run('git update-ref refs/remotes/origin/mine HEAD && git reset -q --hard HEAD~1'),
    ],
    'git merge -q refs/remotes/origin/mine',
  ],
  [
    'in the stash of a merge that is not over',
    'unfinished rebase or merge',
    [
      write('mine.txt'),
      run(
        'git add -A && stash=$(git stash create) && git reset -q --hard && echo $stash > .git/MERGE_AUTOSTASH',
      ),
    ],
    'git stash apply -q "$(cat .git/MERGE_AUTOSTASH)" && rm .git/MERGE_AUTOSTASH',
  ],
]

for (const [where, told, steps, bring] of WAYS) {
  it(`asks for work that an agent left ${where}, and lands what it then brings in`, () =>
    swarm(async (s) => {
      const id = await s.file('Beside', script(steps, [run(bring)]))
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Beside'])
      expect(await s.tree()).toContain('100644 mine.txt')
      expect((await s.attempts(id)).length).toBe(1)
      expect((await s.log(id)).join('\n')).toContain(told)
    }))

  it(`keeps work that an agent left ${where} and does not bring in, and says where it is`, () =>
    swarm(async (s) => {
      const id = await s.file('Beside', script(steps, [{ say: 'It is all there.' }]))
      await s.tick()
      expect(await s.main()).toEqual([])
      const reason = (await s.attempts(id))[0]?.reason
      expect(reason).toContain('did nothing')
      expect(reason).toContain(told)
      expect(reason).toContain('refs/swarm/beside/1/1')
      expect(refs(s)).toEqual(['1/1'])
      expect(kept(s, 'mine.txt')).toBe('fine\n')
    }))
}

it('asks for the files of a nested repository, and lands them once they are plain ones', () =>
  swarm(async (s) => {
    const nests = 'git init -q part && cd part && echo fine > mine.txt && git add -A && git commit -qm mine'
    const id = await s.file('Nested', script([run(nests)], [run('rm -rf part/.git')]))
    await s.settle()
    expect(await s.tree()).toContain('100644 part/mine.txt')
    expect((await s.attempts(id)).length).toBe(1)
  }))

it.each([
  [
    'on another branch',
    'git checkout -q -b side; $does; git commit -qm side; git checkout -q -',
    'merge -q side',
  ],
  ['in a stash', '$does; git stash -q', 'stash pop -q'],
  [
    'on the only branch',
    'git checkout -q -b side; $does; git commit -qm side; git checkout -q --orphan fresh; git rm -rqf .',
    'checkout -q side',
  ],
])('asks for what lies %s of a nested repository, and keeps it', async (where, leaves, bring) => {
  const script_ = `git init -q part; cd part; echo b > b.txt; git add -A; git commit -qm b; ${leaves.replace('$does', 'echo fine > mine.txt; git add -A')}`
  for (const does of [`git -C part ${bring} && rm -rf part/.git`, 'true'])
    await swarm(async (s) => {
      const id = await s.file('Nested', script([run(`set -e; ${script_}`)], [run(does)]))
      await (does === 'true' ? s.tick() : s.settle())
      expect((await s.log(id)).join('\n')).toMatch(/of the nested repository part/)
      if (does !== 'true') return expect(await s.tree()).toContain('100644 part/mine.txt')
      const all = refs(s).map((ref) =>
        git(s.world.repo.source, 'ls-tree', '-r', '--name-only', `refs/swarm/beside/1/${ref}`),
      )
      expect(all.filter((names) => names.includes('part/mine.txt'))).toHaveLength(1)
      expect((await s.attempts(id))[0]?.reason).toContain(where.includes('stash') ? 'stash@{0}' : 'side')
    })
})

it.each([
  ['a file of main', 'git rm -q README.md && git init -q README.md && cd README.md'],
  [
    'a submodule',
    'git init -q part && printf "[submodule \\"part\\"]\\n path = part\\n url = ./part\\n" > .gitmodules && cd part',
  ],
])('keeps the files of a nested repository that stands for %s', (_, nests) =>
  swarm(async (s) => {
    await s.file(
      'Nested',
      script([run(`${nests} && echo fine > mine.txt && git add -A && git commit -qm mine`)], []),
    )
    await s.tick()
    expect(await s.main()).toEqual([])
    expect(refs(s)).toEqual(['1/1'])
    const names = git(s.world.repo.source, 'ls-tree', '-r', '--name-only', 'refs/swarm/beside/1/1/1')
    expect(names).toMatch(/(README\.md|part)\/mine\.txt/)
  }),
)

it('lands what is fit although something else lies beside, which is kept and named on the ticket', () =>
  swarm(async (s) => {
    const nests = 'git init -q part && cd part && echo fine > mine.txt && git add -A && git commit -qm mine'
    const id = await s.file('Nested', script([write('fit.txt'), run(nests)], [{ say: 'Leave it.' }]))
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Nested'])
    expect(await s.tree()).toEqual(['100644 README.md', '100644 fit.txt', '100755 verify.sh'])
    expect(kept(s, 'part/mine.txt')).toBe('fine\n')
    const comments = await s.world.store.comments(id)
    expect(comments.at(-1)?.body).toMatch(/nested repository part.*refs\/swarm\/beside\/1\/1\/1/)
  }))

it('keeps each commit that HEAD has left for another one, beside a change that lands', () => {
  const left = (file: string) =>
    run(
      `git checkout -q --detach && echo fine > ${file} && git add -A && git commit -qm ${file} && git checkout -q -`,
    )
  const steps = [left('mine.txt'), left('two.txt'), write('other.txt')]
  return swarm(async (s) => {
    const id = await s.file('Leaves', script(steps, [{ say: 'It is all there.' }]))
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Leaves'])
    expect((await s.attempts(id)).length).toBe(1)
    expect((await s.log(id)).join('\n')).toContain('left behind by HEAD')
    expect(refs(s)).toEqual(['1/1', '1/2'])
  })
})

it('does not ask about commits that HEAD has only written anew', () =>
  swarm(async (s) => {
    const amends = 'git commit -q --amend -m better && git rebase -q HEAD~1 && git reset -q --soft HEAD~1'
    const steps = [
      write('mine.txt'),
      { commit: 'mine' },
      write('mine.txt', 'better\n'),
      run(`git add -A && ${amends}`),
    ]
    const id = await s.file('Writes anew', script(steps, []))
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Writes anew'])
    expect((await s.log(id)).join('\n')).not.toContain('left behind by HEAD')
    expect(refs(s)).toEqual([])
  }))

it('does not ask about a branch that is in HEAD, merged or squashed, nor about what main has', () =>
  swarm(async (s) => {
    await s.commitToMain({ 'theirs.txt': 'theirs\n' })
    const steps = [
      run('git checkout -q -b one && echo 1 > one.txt && git add -A && git commit -qm one'),
      run(
        'git checkout -q - && git checkout -q -b two && echo 2 > two.txt && git add -A && git commit -qm two',
      ),
      run('git checkout -q main && git merge -q one && git merge -q --squash two && git commit -qm two'),
      run(
        'git branch old HEAD~2 && git stash list && echo x > three.txt && git stash -q -u && git stash apply -q',
      ),
    ]
    const id = await s.file('Merged', steps)
    await s.settle()
    expect(await s.main()).toEqual(['Begin', 'ticket-1: Merged'])
    expect(refs(s)).toEqual([])
    expect((await s.log(id)).filter((line) => line.includes('again'))).toEqual([])
  }))

it('takes no change for an answer when the agent says so', () =>
  swarm(async (s) => {
    const [, , steps] = WAYS[0]!
    const id = await s.file('Beside', script(steps, [{ no_change: 'It was an experiment.' }]))
    await s.settle()
    expect((await s.ticket(id)).stage).toMatchObject({ status: 'done', resolution: 'no-change' })
    expect(refs(s)).toEqual(['1/1'])
  }))

it('tells the next attempt what lies beside, and brings it into its checkout', () => {
  const prompts: string[] = []
  const harness = pretended(async ({ sandbox, attempt, prompt, signal }) => {
    prompts.push(prompt)
    const does =
      attempt === 1
        ? 'git checkout -q -b feature; echo fine > mine.txt; git add -A; git commit -qm mine; git checkout -q main'
        : 'git merge -q beside/1'
    const { exit, output } = await sandbox.exec(['sh', '-euc', does], { signal })
    expect(exit, output).toBe(0)
    return attempt === 1 ? failed('infrastructure', 'It was killed.') : well()
  })
  return swarm(
    async (s) => {
      await s.file('Beside', [])
      await s.tick()
      s.clock.turn(60_000)
      await s.settle()
      expect(prompts[1]).toContain('beside/1: the branch feature')
      expect(await s.main()).toEqual(['ticket-1: Beside'])
      expect(await s.tree()).toContain('100644 mine.txt')
    },
    { with: () => ({ harness }) },
  )
})

it('keeps commits on a branch while HEAD looks at an older one and the server dies', () => {
  let s: Story
  const found: string[] = []
  const harness = pretended(async ({ sandbox, attempt, signal }) => {
    const does = async (script: string) => {
      const { exit, output } = await sandbox.exec(['sh', '-euc', script], { signal })
      expect(exit, output).toBe(0)
      return output
    }
    if (attempt > 1) {
      found.push(await does('cat mine.txt'))
      return well()
    }
    await does('echo fine > mine.txt; git add -A; git commit -qm mine')
    s.clock.turn(120_000)
    await expect.poll(async () => (await s.attempts(1))[0]?.work, { timeout: 20_000 }).toBeTruthy()
    await does('git bisect start -q HEAD HEAD~2; git checkout -q HEAD~1')
    s.clock.turn(120_000)
    await expect.poll(() => s.world.repo.find('refs/swarm/beside/1/1/1'), { timeout: 20_000 }).toBeTruthy()
    await sandbox.close()
    return failed('infrastructure', 'It was killed.')
  })
  return swarm(
    async (story) => {
      s = story
      await s.commitToMain({ 'two.txt': 'fine\n' })
      await s.file('Bisects', [])
      await s.tick()
      s.clock.turn(60_000)
      await s.settle()
      expect(found).toEqual(['fine\n'])
      expect(await s.tree()).toContain('100644 mine.txt')
    },
    { settings: { saveInterval: 120 }, with: () => ({ harness }) },
  )
})

it.each([
  ['an orphan branch', 'git checkout -q --orphan fresh && echo fine > mine.txt', 'git reset -q --soft main'],
  [
    'a repository begun anew',
    'rm -rf .git && git init -q && echo fine > mine.txt && git add -A && git commit -qm anew',
    'git fetch -q "$SWARM_GIT" main && git reset -q --soft FETCH_HEAD',
  ],
  [
    'no repository at all',
    'rm -rf .git && echo fine > mine.txt',
    'git init -q && git fetch -q "$SWARM_GIT" main && git reset -q --soft FETCH_HEAD',
  ],
  [
    'a repository that git cannot use',
    'echo fine > mine.txt && echo garbage > .git/index && echo nonsense > .git/HEAD',
    'rm -rf .git && git init -q && git fetch -q "$SWARM_GIT" main && git reset -q --soft FETCH_HEAD',
  ],
])('tells an agent that ends with %s how to get back, and keeps its files', (_, breaks, mends) =>
  swarm(async (s) => {
    await s.file('Astray', script([run(breaks)], [run(mends)]))
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Astray'])
    expect(await s.tree()).toEqual(['100644 README.md', '100644 mine.txt', '100755 verify.sh'])

    const id = await s.file('Stays astray', script([run(breaks.replaceAll('mine', 'more'))], []))
    await s.tick()
    const [attempt] = await s.attempts(id)
    expect(attempt?.reason).toMatch(/gate red: .*does not build on main/)
    expect(git(s.world.repo.source, 'show', `refs/swarm/beside/${id}/1/1:more.txt`)).toBe('fine\n')
  }),
)

it.each([
  'MERGE_HEAD',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'REBASE_HEAD',
  'ORIG_HEAD',
  'FETCH_HEAD',
  'AUTO_MERGE',
  'MERGE_AUTOSTASH',
  'refs/heads/broken',
  'refs/remotes/origin/broken',
  'refs/stash',
  'logs/HEAD',
  'info/grafts',
  'shallow',
])('lands a change, and asks for what lies beside, in spite of garbage in .git/%s', (path) =>
  swarm(async (s) => {
    const left =
      'git checkout -q --detach && echo fine > left.txt && git add -A && git commit -qm left && git checkout -q -'
    const garbage = `mkdir -p "$(dirname .git/${path})" && echo garbage > .git/${path}`
    const id = await s.file('Garbage', script([run(left), write('mine.txt'), run(garbage)], []))
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Garbage'])
    expect(await s.tree()).toContain('100644 mine.txt')
    expect((await s.attempts(id)).length).toBe(1)
    if (path !== 'logs/HEAD') expect(refs(s)).toEqual(['1/1'])
  }),
)

it('does not ask about what an agent has fetched of main', () =>
  swarm(async (s) => {
    await s.commitToMain({ 'theirs.txt': 'theirs\n' })
    const steps = [
      run('git checkout -q -b mine HEAD~1; git fetch -q origin'),
      write('mine.txt'),
      { commit: 'mine' },
    ]
    const id = await s.file('Fetches', steps)
    await s.settle()
    expect(await s.main()).toEqual(['Begin', 'ticket-1: Fetches'])
    expect((await s.log(id)).filter((line) => line.includes('again'))).toEqual([])
  }))
