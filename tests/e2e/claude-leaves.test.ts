/** What the real Claude Code is asked, with a scripted model behind it, about what it leaves behind when it ends. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { itUnless } from '../contracts/gaps.ts'
import { promptOf, type Scenario } from '../model/scenario.ts'
import { modelServer } from '../model/server.ts'
import { begin, KINDS } from './claude-project.ts'

describe.each(KINDS)('in $kind', ({ kind, reason }) => {
  itUnless(
    reason,
    'is asked for what it has stashed, brings it in within its session, and lands',
    async () => {
      const project = await working(kind, {
        prompts: [
          {
            turns: [
              { write: { file: 'mine.txt', text: 'fine\n' } },
              { bash: 'git add -A && git stash -q' },
              { text: 'All done.' },
            ],
          },
          {
            says: 'Work beside HEAD would not land',
            turns: [{ bash: 'git stash pop' }, { text: 'Now it is in the checkout.' }],
          },
        ],
      })
      expect(await project.through()).toMatchObject({ status: 'done', resolution: 'landed', attempts: 1 })
      expect(await project.git('show', 'main:mine.txt')).toBe('fine\n')
      expect(project.lastPrompt()).toContain('stash@{0}')
    },
  )

  itUnless(reason, 'is asked once when it has changed nothing, and its answer counts', async () => {
    const project = await working(kind, {
      prompts: [
        { turns: [{ text: 'All done.' }] },
        {
          says: 'You have changed nothing',
          turns: [{ bash: 'ticket complete 1 --no-change "It is there already."' }, { text: 'I said so.' }],
        },
      ],
    })
    expect(await project.through()).toMatchObject({ status: 'done', resolution: 'no-change', attempts: 1 })
  })

  itUnless(reason, 'is quoted to the person when it stays silent', async () => {
    const project = await working(kind, {
      prompts: [{ turns: [{ text: 'I am sure that all is well.' }] }],
    })
    const said = 'Its last message: "I am sure that all is well."'
    await vi.waitUntil(async () => (await project.ticket('log')).includes(said), WAITS)
    expect(await project.ticket('show', '1')).toContain(said)
  })

  itUnless(
    reason ?? (kind === 'process' ? 'it limits no files' : null),
    'is told that its sandbox is full, makes room, and lands what it has',
    () => outgrows(kind),
  )
})

it('is asked once for all that lies beside HEAD: what it brings in lands, and the rest is kept', async () => {
  const project = await working('process', {
    prompts: [
      {
        turns: [
          {
            bash: 'git switch -qc side && echo side > side.txt && git add -A && git commit -qm side && git switch -q -',
          },
          { bash: 'git worktree add -q --detach ../other && echo other > ../other/other.txt' },
          {
            bash: 'git init -q part && cd part && echo part > part.txt && git add -A && git commit -qm part',
          },
          { text: 'All done.' },
        ],
      },
      {
        says: 'Work beside HEAD would not land',
        turns: [{ bash: 'git merge -q side' }, { text: 'The rest was an experiment.' }],
      },
    ],
  })
  expect(await project.through()).toMatchObject({ status: 'done', resolution: 'landed', attempts: 1 })
  expect(await project.git('ls-tree', '-r', '--name-only', 'main')).toBe(
    'PROJECT.md\nREADME.md\nside.txt\nverify.sh\n',
  )
  const [asked, ...again] = project
    .prompts()
    .filter((each) => each.includes('Work beside HEAD would not land'))
  for (const where of ['branch side', 'worktree', 'nested repository part']) expect(asked).toContain(where)
  expect(again).toEqual([])
  const refs = await project.git('for-each-ref', '--format=%(refname)', 'refs/swarm/beside/1/1')
  const kept = await Promise.all(
    refs
      .trim()
      .split('\n')
      .map((ref) => project.git('ls-tree', '-r', '--name-only', ref)),
  )
  expect(kept.join()).toMatch(/other\.txt/)
  expect(kept.join()).toMatch(/part\/part\.txt/)
  expect(await project.ticket('show', '1')).toMatch(/nested repository part.*refs\/swarm\/beside\/1\/1\//)
})

it('is through with its answer: what it leaves running does not hold its work up, and is ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-left-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const input = {
    ...{ description: 'As scripted', run_in_background: true },
    command: `echo $$ > ${folder}/pid; exec tail -f /dev/null`,
  }
  const project = await working('process', {
    prompts: [
      {
        turns: [
          { call: { name: 'Bash', input } },
          { bash: `until test -s ${folder}/pid; do :; done; echo fine > mine.txt` },
          { text: 'It runs.' },
        ],
      },
    ],
  })
  expect(await project.through()).toMatchObject({ status: 'done', resolution: 'landed', attempts: 1 })
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

it('gives its ticket back in a command of its own; the second time a person is asked, in its words', async () => {
  const gives = 'ticket unclaim "$TICKET_ID" --reason "There is no such device here."'
  const project = await working('process', {
    prompts: [{ turns: [{ bash: gives }, { text: 'I gave it back.' }] }],
  })
  await vi.waitUntil(async () => (await project.shown()).assigned_to === 'human', WAITS)
  expect(await project.shown()).toMatchObject({ status: 'open', attempts: 2 })
  expect(await project.ticket('log')).toContain('Agents gave the ticket back 2 times')
  const shown = await project.ticket('show', '1')
  for (const attempt of [1, 2])
    expect(shown).toContain(`${attempt}: given back: There is no such device here.`)
})

it('waits for another ticket in a command of its own, without being asked for changes', async () => {
  const waits = 'ticket block "$TICKET_ID" --by "$(ticket create "Buy a device" --assign human)"'
  const project = await working('process', {
    prompts: [{ turns: [{ bash: waits }, { text: 'It waits.' }] }],
  })
  await vi.waitUntil(async () => typeof (await project.attempt()).outcome === 'string', WAITS)
  expect(await project.shown()).toMatchObject({ status: 'open', attempts: 1, assigned_to: null })
  expect(await project.attempt()).toMatchObject({ reason: expect.stringContaining('blocked by #2') })
  expect(project.prompts().filter((each) => each.includes('You have changed nothing'))).toEqual([])
})

it('is believed when its model refuses, and its ticket says so in a sentence', async () => {
  const project = await working('process', { prompts: [{ turns: [{ text: '', stop: 'refusal' }] }] })
  await vi.waitUntil(async () => typeof (await project.attempt()).outcome === 'string', WAITS)
  expect(await project.attempt()).toMatchObject({
    reason: expect.stringContaining('refusal: The model refused this: '),
  })
})

/** It fills the sandbox up, is told so, and goes on in its session. */
async function outgrows(kind: string) {
  const fills = 'echo fine > mine.txt; head -c 1000000000 /dev/zero > build.bin; echo build.bin > .gitignore'
  const project = await working(
    kind,
    {
      prompts: [
        { turns: [{ bash: fills }, { text: 'All done.' }] },
        {
          says: 'The sandbox is full',
          turns: [{ bash: 'rm build.bin; ls; printf build.bin > .gitignore' }, { text: 'There is room.' }],
        },
      ],
    },
    ['--disk-mb', '128'],
  )
  expect(await project.through()).toMatchObject({ status: 'done', resolution: 'landed', attempts: 1 })
  expect(await project.git('show', 'main:mine.txt')).toBe('fine\n')
  expect(project.lastPrompt()).toMatch(/disk_mb.*128[\s\S]*checkout\/build\.bin/)
}

const WAITS = { timeout: 180_000, interval: 300 }

/** One ticket, at which an agent works by the scenario. */
async function working(kind: string, scenario: Scenario, more: string[] = []) {
  const model = await modelServer({ leaves: scenario })
  onTestFinished(() => model.close())
  const project = await begin(model, kind)
  const flags = ['--agents', '1', '--harness', 'claude', '--sandbox', kind, '--port', '0']
  await project.swarm('start', ...flags, ...more)
  await project.ticket('create', 'Leave it', '--description', '[[scenario:leaves]]')
  const through = async () => {
    await vi
      .waitUntil(async () => ['done'].includes((await project.shown()).status), WAITS)
      .catch(async () => {
        const log = readFileSync(join(project.folder, '.swarm/server.log'), 'utf8')
        throw new Error(`It is not done.\n${await project.ticket('log')}\n${log}`)
      })
    return project.shown()
  }
  /** Each once. */
  const prompts = () => {
    const messages = model.requests.flatMap(({ scenario, body }) =>
      scenario === 'leaves' ? (body.messages ?? []) : [],
    )
    return [...new Set(messages.map(promptOf))]
  }
  return {
    ...project,
    through,
    prompts,
    lastPrompt: () => JSON.stringify(model.requests.at(-1)!.body.messages),
  }
}
