/** A landing changes only what its attempt changed, against what it really built on, wherever the agent's HEAD went. */
import { expect, it } from 'vitest'
import { strays } from '../../src/life/landing/strays.ts'
import { rawRef } from '../../src/life/names.ts'
import { failed, pretended, well } from './pretended.ts'
import { type Story, swarm } from './swarm.ts'

const write = (file: string, text = 'fine\n') => ({ write: { file, text } })
const run = (command: string) => ({ run: command })

/** Lands two tickets of others, then one whose agent does this. */
async function afterTwo(s: Story, script: object[]): Promise<number> {
  await s.file('One', [write('one.txt')])
  await s.settle()
  await s.file('Two', [write('two.txt')])
  await s.settle()
  const id = await s.file('Looks back', script)
  await s.settle()
  return id
}

const ALL = ['100644 README.md', '100644 mine.txt', '100644 one.txt', '100644 two.txt', '100755 verify.sh']

for (const [how, steps] of [
  ['has checked out an older commit', [run('git checkout -q HEAD~1'), write('mine.txt')]],
  [
    'began a branch at an older commit',
    [run('git checkout -q -b mine HEAD~2'), write('mine.txt'), { commit: 'mine' }],
  ],
  ['has gone back to an older commit', [run('git reset -q --hard HEAD~1'), write('mine.txt')]],
  [
    'has gone back without its files',
    [run('git reset -q --soft HEAD~2'), write('mine.txt'), { commit: 'all' }],
  ],
  [
    'has rewritten its branch',
    [write('mine.txt'), { commit: 'mine' }, run('git rebase -q --onto HEAD~2 HEAD~1')],
  ],
  [
    'has left a bisect running',
    [run('git bisect start -q HEAD HEAD~2 && git checkout -q HEAD~1'), write('mine.txt')],
  ],
] as const)
  it(`keeps what others have landed when an agent ${how}`, () =>
    swarm(async (s) => {
      await afterTwo(s, [...steps])
      expect(await s.main()).toEqual(['ticket-1: One', 'ticket-2: Two', 'ticket-3: Looks back'])
      expect(await s.tree()).toEqual(ALL)
    }))

it('does not take an older commit without a change for a change', () =>
  swarm(async (s) => {
    const id = await afterTwo(s, [run('git checkout -q HEAD~1')])
    expect(await s.main()).toEqual(['ticket-1: One', 'ticket-2: Two'])
    expect((await s.attempts(id))[0]?.reason).toContain('did nothing')
  }))

it('hands a conflict to the agent again that it was handed and called off', () => {
  const does = [
    'echo mine > shared.txt; echo fine > mine.txt',
    'git merge --abort',
    'grep -q "<<<<<<<" shared.txt; echo both > shared.txt',
  ]
  const theirs = { 'shared.txt': 'theirs\n', 'theirs.txt': 'fine\n' }
  let s: Story
  const harness = pretended(async ({ sandbox, signal }) => {
    const { exit, output } = await sandbox.exec(['sh', '-euc', does.shift()!], { signal })
    expect(exit, output).toBe(0)
    if (does.length === 2) await s.commitToMain(theirs)
    return well()
  })
  return swarm(
    async (story) => {
      s = story
      await s.file('Late', [])
      await s.settle()
      expect(await s.main()).toEqual(['Begin', 'ticket-1: Late'])
      expect(await s.read('theirs.txt')).toBe('fine\n')
      expect(await s.read('shared.txt')).toBe('both\n')
    },
    { with: () => ({ harness }) },
  )
})

for (const [how, script] of [
  [
    'a soft reset to it',
    'git add -A; git commit -qm wip; git fetch -q origin; git reset -q --soft origin/main; git commit -qm all',
  ],
  ['a mixed reset to it', 'git fetch -q origin; git reset -q origin/main'],
  [
    'a merge that keeps its own side',
    'git add -A; git commit -qm wip; git fetch -q origin; git merge -q -s ours origin/main',
  ],
] as const)
  it(`keeps what lands while an agent is at work that says by ${how} that it builds on it`, () => {
    let s: Story
    const harness = pretended(async ({ sandbox, signal }) => {
      await s.commitToMain({ 'landed.txt': 'fine\n', 'a.txt': 'one\ntwo\nmore\n' })
      const { exit, output } = await sandbox.exec(['sh', '-euc', `echo fine > mine.txt; ${script}`], {
        signal,
      })
      expect(exit, output).toBe(0)
      return well()
    })
    return swarm(
      async (story) => {
        s = story
        await s.file('Squashes', [])
        await s.settle()
        expect(await s.main()).toEqual(['Begin', 'ticket-1: Squashes'])
        expect(await s.read('landed.txt')).toBe('fine\n')
        expect(await s.read('a.txt')).toBe('one\ntwo\nmore\n')
        expect(await s.read('mine.txt')).toBe('fine\n')
      },
      { files: { 'a.txt': 'one\ntwo\n' }, with: () => ({ harness }) },
    )
  })

/** Twenty lines, of which these are other ones. */
const lines = (changed: Record<number, string> = {}) =>
  Array.from({ length: 20 }, (_, at) => `${changed[at + 1] ?? `line ${at + 1}`}\n`).join('')

for (const [how, isAtBegin, script] of [
  ['goes softly back by one commit too many', true, 'git reset -q --soft HEAD~2; git commit -qm mine'],
  ['rebases on what has landed', false, 'git pull -q --rebase origin main'],
] as const)
  it(`brings back nothing that others take off main after an agent ${how}`, () => {
    let s: Story
    const harness = pretended(async ({ sandbox, signal }) => {
      if (!isAtBegin) await s.commitToMain({ 'a.txt': lines({ 10: 'on' }) })
      const todo = `echo fine > mine.txt; git add -A; git commit -qm mine; ${script}`
      const { exit, output } = await sandbox.exec(['sh', '-euc', todo], { signal })
      expect(exit, output).toBe(0)
      await s.commitToMain({ 'a.txt': lines({ 1: 'off' }) })
      return well()
    })
    return swarm(
      async (story) => {
        s = story
        if (isAtBegin) await s.commitToMain({ 'a.txt': lines({ 10: 'on' }) })
        await s.file('Mine', [])
        await s.settle()
        expect(await s.read('a.txt')).toBe(lines({ 1: 'off' }))
        expect(await s.read('mine.txt')).toBe('fine\n')
        expect((await s.attempts(1)).length).toBe(1)
      },
      { files: { 'a.txt': lines() }, with: () => ({ harness }) },
    )
  })

const OLDER = 'base=$(git rev-parse HEAD); git checkout -q -b mine HEAD~2; echo fine > mine.txt'
const WIP = 'git add -A; git commit -qm wip'

for (const [how, script] of [
  ['that keeps its own side', `${OLDER}; ${WIP}; git merge -q -s ours $base`],
  [
    'that is made by hand',
    `${OLDER}; ${WIP}; git reset -q --hard $(git commit-tree -p $base -p HEAD -m both HEAD^{tree})`,
  ],
  [
    'whose files it takes from its branch before it is committed',
    `${OLDER}; ${WIP}; git merge -q --no-commit $base; git read-tree -u --reset mine; echo fine > mine.txt; git commit -qm both`,
  ],
  [
    'that keeps a part of the files',
    `${OLDER}; ${WIP}; git merge -q --no-commit $base; git rm -qf one.txt; git commit -qm both`,
  ],
  [
    'that keeps its own side, and then one that does not',
    `${OLDER}; ${WIP}; git merge -q -s ours $base; git checkout -q -b more $base; echo fine > more.txt; ${WIP}; git merge -q mine; rm more.txt`,
  ],
  [
    'of three that keeps its own side',
    `${OLDER}; ${WIP}; git branch third; git merge -q -s ours $base third`,
  ],
] as const)
  it(`keeps what others have landed when an agent brings it in by a merge ${how}`, () =>
    swarm(async (s) => {
      await afterTwo(s, [run(`set -e; ${script}`)])
      expect(await s.main()).toEqual(['ticket-1: One', 'ticket-2: Two', 'ticket-3: Looks back'])
      expect(await s.tree()).toEqual(ALL)
    }))

it('tells at the last check, and in an audit, of a work that was put on what a merge only claims', () =>
  swarm(async (s) => {
    await afterTwo(s, [run(`set -e; ${OLDER}; ${WIP}; git merge -q -s ours $base`)])
    const { repo, store } = s.world
    const [landed, two] = await repo.history({ limit: 2 })
    const landing = (await store.landing(3, 1))!
    const known = { before: two!.commit, tree: landed!.tree }
    expect(await strays(repo, landing, known)).toEqual([])
    const raw = (await repo.find(rawRef(3, 1)))!
    const claimed = { tree: raw.tree, parents: [two!.commit], message: 'work', author: raw.author, at: 0 }
    const work = await repo.commit(claimed)
    const took = await strays(repo, { ...landing, work }, { ...known, tree: raw.tree })
    expect(took?.sort()).toEqual(['one.txt', 'two.txt'])
  }))

it('tells an agent how to remove what landed, that leaves it out of the merge of a conflict', () => {
  const { prompts, tell, harness } = whileItLands({ 'shared.txt': 'theirs\n', 'theirs.txt': 'fine\n' }, [
    'echo mine > shared.txt',
    'echo both > shared.txt; git rm -qf theirs.txt',
    'test -e theirs.txt; echo both > shared.txt; git add -A; git commit -qm merged; git rm -q theirs.txt',
  ])
  return swarm(
    async (s) => {
      tell(s)
      await s.file('Replaces', [])
      await s.settle()
      expect(prompts[2]).toContain('If landed work must be removed, do that in a later commit')
      expect(await s.main()).toEqual(['Begin', 'ticket-1: Replaces'])
      expect(await s.read('shared.txt')).toBe('both\n')
      expect(await s.tree()).not.toContain('100644 theirs.txt')
    },
    { files: { 'shared.txt': 'was\n' }, with: () => ({ harness }) },
  )
})

it('lands nothing of another history with which an agent only seems to merge main', () =>
  swarm(async (s) => {
    const orphan = 'git checkout -q --orphan mine; git rm -qf one.txt two.txt; echo fine > mine.txt'
    const merge = 'git merge -q -s ours --allow-unrelated-histories $base'
    await afterTwo(s, [run(`base=$(git rev-parse HEAD); ${orphan}; ${WIP}; ${merge}`)])
    expect(await s.main()).toEqual(['ticket-1: One', 'ticket-2: Two'])
    expect((await s.attempts(3))[0]?.reason).toContain('HEAD does not build on main')
  }))

it('looks through no history that is too long to tell what of it an agent changed, and keeps its files', () =>
  swarm(async (s) => {
    const one = 'tree=$(git write-tree); git commit-tree -m it -p $(git rev-parse HEAD)'
    const merge = `git add -A; ${one} -p HEAD~1 $tree`
    await afterTwo(s, [
      run(`echo fine > mine.txt; for n in $(seq 160); do git reset -q --soft $(${merge}); done`),
    ])
    expect(await s.main()).toEqual(['ticket-1: One', 'ticket-2: Two'])
    expect((await s.attempts(3))[0]?.reason).toContain('more commits or merges on main than swarm examines')
  }))

it('keeps what others have landed in a file of which a merge keeps its own side', () =>
  swarm(
    async (s) => {
      const change = (from: string, to: string) => run(`sed -i s/${from}/${to}/ a.txt`)
      await s.file('One', [change('one', 'ONE')])
      await s.settle()
      await s.file('Keeps its side', [
        run(
          `base=$(git rev-parse HEAD); git checkout -q HEAD~1; sed -i s/nine/NINE/ a.txt; ${WIP}; git merge -q -s ours $base`,
        ),
      ])
      await s.settle()
      expect(await s.read('a.txt')).toBe('ONE\ntwo\nthree\nfour\nNINE\n')
    },
    { files: { 'a.txt': 'one\ntwo\nthree\nfour\nnine\n' } },
  ))

for (const [how, script] of [
  ['takes files from an older commit', 'git checkout -q HEAD~1 -- a.txt'],
  [
    'takes files from an older commit after it has merged',
    `base=$(git rev-parse HEAD); git checkout -q -b mine HEAD~1; ${WIP}; git merge -q $base; git checkout -q mine~1 -- a.txt`,
  ],
  [
    'resets its branch of an older commit to main softly',
    'base=$(git rev-parse HEAD); git checkout -q HEAD~1; echo fine > mine.txt; git reset -q --soft $base',
  ],
  ['reverts', 'git revert --no-edit HEAD'],
] as const)
  it(`asks an agent once that ${how}, and says on the receipt what it takes back`, () => {
    const prompts: string[] = []
    const harness = pretended(async ({ sandbox, ticket, prompt, signal }) => {
      const first = 'echo new > a.txt; echo fine > one.txt'
      if (ticket.id > 1) prompts.push(prompt)
      const todo = ticket.id === 1 ? first : prompts.length === 1 ? script : 'true'
      const { exit, output } = await sandbox.exec(['sh', '-euc', `echo fine > t${ticket.id}.txt; ${todo}`], {
        signal,
      })
      expect(exit, output).toBe(0)
      return well()
    })
    return swarm(
      async (s) => {
        await s.file('One', [])
        await s.settle()
        await s.file('Goes back', [])
        await s.settle()
        expect(prompts.length).toBe(2)
        expect(prompts[1]).toContain('Your change reverts landed work.')
        expect(prompts[1]).toMatch(/a\.txt.*: as before ticket-1: One/)
        expect(await s.main()).toEqual(['ticket-1: One', 'ticket-2: Goes back'])
        expect(await s.read('a.txt')).toBe('old\n')
        const [receipt] = await s.world.store.receipts({ ticket: 2, limit: 1 })
        expect(receipt?.doubts.join()).toMatch(/a\.txt.*: as before ticket-1: One/)
      },
      { files: { 'a.txt': 'old\n' }, with: () => ({ harness }) },
    )
  })

it('says nothing of a file that a change removes, while the rest of its landing stays', () =>
  swarm(async (s) => {
    await s.file('Two files', [write('one.txt'), write('two.txt')])
    await s.settle()
    await s.file('Tidies', [run('git rm -q one.txt')])
    await s.settle()
    expect((await s.log(2)).join('\n')).not.toContain('takes back')
    expect((await s.world.store.receipts({ ticket: 2, limit: 1 }))[0]?.doubts).toEqual([])
  }))

it('makes what takes back others’ work wait for a person where the project wants that', () =>
  swarm(
    async (s) => {
      await s.file('One', [write('a.txt', 'new\n')])
      await s.settle()
      await s.file('Goes back', [write('a.txt', 'old\n')])
      await s.settle()
      expect((await s.ticket(2)).stage).toMatchObject({ held: ['a.txt: as before ticket-1: One'] })
    },
    { files: { 'a.txt': 'old\n' }, settings: { doubtsNeedApproval: true } },
  ))

/** An agent at whose first run something lands in the file that it changes, and what it does in each run. */
function whileItLands(landed: Record<string, string>, scripts: string[]) {
  const prompts: string[] = []
  let s: Story
  const harness = pretended(async ({ sandbox, prompt, signal }) => {
    if (prompts.push(prompt) === 1) await s.commitToMain(landed)
    const script = scripts[prompts.length - 1] ?? 'true'
    const { exit, output } = await sandbox.exec(['sh', '-euc', script], { signal })
    expect(exit, output).toBe(0)
    return well()
  })
  const tell = (story: Story) => {
    s = story
  }
  return { prompts, tell, harness }
}

for (const [how, script] of [
  ['a soft reset to it', `${WIP}; git fetch -q origin; git reset -q --soft origin/main; git commit -qm all`],
  ['a mixed reset to it', 'git fetch -q origin; git reset -q origin/main'],
  ['a merge that keeps its own side', `${WIP}; git fetch -q origin; git merge -q -s ours origin/main`],
] as const)
  it(`hands what lands in the same lines to an agent that says by ${how} that it has it`, () => {
    const { prompts, tell, harness } = whileItLands({ 'shared.txt': 'theirs\n', 'theirs.txt': 'fine\n' }, [
      `echo mine > shared.txt; echo fine > mine.txt; ${script}`,
      'grep -q "<<<<<<<" shared.txt; grep -q theirs shared.txt; test -e theirs.txt; echo both > shared.txt',
    ])
    return swarm(
      async (s) => {
        tell(s)
        await s.file('Squashes', [])
        await s.settle()
        expect(prompts[1]).toContain('shared.txt')
        expect(await s.main()).toEqual(['Begin', 'ticket-1: Squashes'])
        expect(await s.read('shared.txt')).toBe('both\n')
        expect(await s.read('theirs.txt')).toBe('fine\n')
        expect(await s.read('mine.txt')).toBe('fine\n')
      },
      { files: { 'shared.txt': 'was\n' }, with: () => ({ harness }) },
    )
  })

for (const [how, script] of [
  ['its own side of it', 'echo mine > shared.txt'],
  ['both sides of it', 'echo both > shared.txt'],
] as const)
  it(`does not hand a conflict again that an agent met by itself and resolved to ${how}`, () => {
    const { prompts, tell, harness } = whileItLands({ 'shared.txt': 'theirs\n', 'theirs.txt': 'fine\n' }, [
      `echo mine > shared.txt; ${WIP}; git fetch -q origin; ! git merge -q origin/main > /dev/null; ${script}; git add -A; git commit -qm both`,
    ])
    return swarm(
      async (s) => {
        tell(s)
        await s.file('Merges', [])
        await s.settle()
        expect(prompts.length).toBe(1)
        expect(await s.main()).toEqual(['Begin', 'ticket-1: Merges'])
        expect(await s.read('shared.txt')).toBe(how.startsWith('its') ? 'mine\n' : 'both\n')
        expect(await s.read('theirs.txt')).toBe('fine\n')
      },
      { files: { 'shared.txt': 'was\n' }, with: () => ({ harness }) },
    )
  })

it('keeps what others have landed when the server dies while its agent looks at an older commit', () => {
  let s: Story
  const harness = pretended(async ({ sandbox, attempt, signal }) => {
    const script = attempt === 1 ? 'git checkout -q HEAD~1; echo fine > mine.txt' : 'test -e two.txt'
    const { exit, output } = await sandbox.exec(['sh', '-euc', script], { signal })
    expect(exit, output).toBe(0)
    if (attempt > 1) return well()
    s.clock.turn(120_000)
    await expect.poll(async () => (await s.attempts(1))[0]?.work, { timeout: 20_000 }).toBeTruthy()
    return failed('infrastructure', 'It was killed.')
  })
  return swarm(
    async (story) => {
      s = story
      await s.commitToMain({ 'two.txt': 'fine\n' })
      await s.file('Looks back', [])
      await s.tick()
      s.clock.turn(60_000)
      await s.settle()
      expect(await s.tree()).toEqual(ALL.filter((path) => !path.includes('one')))
    },
    { settings: { saveInterval: 120 }, with: () => ({ harness }) },
  )
})

const MERGE = 'git fetch -q origin; git merge -q'

for (const [how, script] of [
  [
    'takes a file from its own side before it commits',
    `${MERGE} --no-commit origin/main; git checkout -q HEAD -- a.txt; sed -i "s/line 20/mine too/" a.txt; git commit -qam both`,
  ],
  [
    'leaves the lines of others out by hand',
    `${MERGE} origin/main; sed -i "s/^theirs/line 3/" a.txt; git commit -q --amend -am both`,
  ],
  [
    'leaves them out, and writes at their side what is its own',
    `${MERGE} origin/main; sed -i "s/^theirs/line 3/; s/^line 4/mine too/" a.txt; git commit -q --amend -am both`,
  ],
  [
    'has not committed it, and takes the file from its own side',
    `${MERGE} --no-commit origin/main; git show HEAD:a.txt > a.txt; echo more >> a.txt`,
  ],
  [
    'goes on from a merge that has left the lines out',
    `${MERGE} origin/main; sed -i "s/^theirs/line 3/" a.txt; git commit -q --amend -am both; echo more >> a.txt; git commit -qam more`,
  ],
] as const)
  it(`keeps the lines of others in a file that an agent changes, too, whose merge of main ${how}`, () => {
    const { tell, harness } = whileItLands({ 'a.txt': lines({ 3: 'theirs' }) }, [
      `sed -i "s/line 17/mine/" a.txt; ${WIP}; ${script}`,
      'grep -q "<<<<<<<" a.txt; sed -i "/^<<<<<<</d; /^|||||||/,/^=======/d; /^=======/d; /^>>>>>>>/d" a.txt',
    ])
    return swarm(
      async (s) => {
        tell(s)
        await s.file('Merges', [])
        await s.settle()
        expect(await s.main()).toEqual(['Begin', 'ticket-1: Merges'])
        const landed = (await s.read('a.txt'))!.split('\n')
        expect(landed).toContain('theirs')
        expect(landed).toContain('mine')
        if (how.includes('too') || how.includes('at their side')) expect(landed).toContain('mine too')
      },
      { files: { 'a.txt': lines() }, with: () => ({ harness }) },
    )
  })

for (const [how, resolve] of [
  [
    'checkout --ours',
    `git fetch -q origin; ! git merge -q origin/main > /dev/null; git checkout -q --ours a.txt; git commit -qam both`,
  ],
  [
    '-X ours and what it brings in besides',
    `${MERGE} -X ours origin/main; git show HEAD~1:a.txt > a.txt; git commit -q --amend -am both`,
  ],
] as const)
  it(`keeps the lines that are in no conflict when an agent resolves a file by ${how}`, () => {
    const { prompts, tell, harness } = whileItLands({ 'a.txt': lines({ 3: 'theirs', 10: 'their ten' }) }, [
      `sed -i "s/line 10/my ten/" a.txt; ${WIP}; ${resolve}`,
      'grep -q "^theirs" a.txt; sed -i "/^<<<<<<</d; /^=======/,/^>>>>>>>/d" a.txt',
    ])
    return swarm(
      async (s) => {
        tell(s)
        await s.file('Resolves', [])
        await s.settle()
        expect(prompts[1]).toContain('its files lacked some landed work')
        expect(await s.main()).toEqual(['Begin', 'ticket-1: Resolves'])
        expect(await s.read('a.txt')).toBe(lines({ 3: 'theirs', 10: 'my ten' }))
        expect((await s.attempts(1)).length).toBe(1)
      },
      { files: { 'a.txt': lines() }, with: () => ({ harness }) },
    )
  })

it('does not hand a conflict again whose file an agent has resolved line by line, with what else landed in it', () => {
  const { prompts, tell, harness } = whileItLands({ 'a.txt': lines({ 3: 'theirs', 10: 'their ten' }) }, [
    `sed -i "s/line 10/my ten/" a.txt; ${WIP}; ${MERGE} -X ours origin/main; sed -i "s/my ten/both/; s/line 20/more/" a.txt; git commit -q --amend -am both`,
  ])
  return swarm(
    async (s) => {
      tell(s)
      await s.file('Resolves', [])
      await s.settle()
      expect(prompts.length).toBe(1)
      expect(await s.read('a.txt')).toBe(lines({ 3: 'theirs', 10: 'both', 20: 'more' }))
    },
    { files: { 'a.txt': lines() }, with: () => ({ harness }) },
  )
})

it('asks an agent that deletes in its merge a file in which others have landed', () => {
  const { prompts, tell, harness } = whileItLands({ 'a.txt': lines({ 3: 'theirs' }) }, [
    `echo fine > mine.txt; ${WIP}; ${MERGE} --no-commit origin/main; git rm -qf a.txt; git commit -qm both`,
    'git checkout -q --theirs a.txt',
  ])
  return swarm(
    async (s) => {
      tell(s)
      await s.file('Deletes', [])
      await s.settle()
      expect(prompts[1]).toContain('a.txt')
      expect(await s.read('a.txt')).toBe(lines({ 3: 'theirs' }))
      expect(await s.read('mine.txt')).toBe('fine\n')
    },
    { files: { 'a.txt': lines() }, with: () => ({ harness }) },
  )
})

it('charges no agent with a conflict that has rebased, when others set the same lines once more', () => {
  let s: Story
  const harness = pretended(async ({ sandbox, signal }) => {
    await s.commitToMain({ 'a.txt': lines({ 10: 'one' }) })
    const script = `sed -i "s/line 17/mine/" a.txt; ${WIP}; git pull -q --rebase origin main`
    const { exit, output } = await sandbox.exec(['sh', '-euc', script], { signal })
    expect(exit, output).toBe(0)
    await s.commitToMain({ 'a.txt': lines({ 10: 'another' }) })
    return well()
  })
  return swarm(
    async (story) => {
      s = story
      await s.file('Rebases', [])
      await s.settle()
      expect(await s.read('a.txt')).toBe(lines({ 10: 'another', 17: 'mine' }))
      expect((await s.attempts(1)).map(({ outcome }) => outcome)).toEqual(['landed'])
      expect((await s.log(1)).join('\n')).not.toContain('conflict')
    },
    { files: { 'a.txt': lines() }, with: () => ({ harness }) },
  )
})
