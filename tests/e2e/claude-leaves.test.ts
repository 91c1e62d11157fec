/** What the real Claude Code is asked, with a scripted model behind it, about what it leaves behind when it ends. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, vi } from 'vitest'
import { itUnless } from '../contracts/gaps.ts'
import type { Scenario } from '../model/scenario.ts'
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
            says: 'Work lies beside HEAD',
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
    const said = 'Its last words: "I am sure that all is well."'
    await vi.waitUntil(async () => (await project.ticket('log')).includes(said), WAITS)
    expect(await project.ticket('show', '1')).toContain(said)
  })

  itUnless(
    reason ?? (kind === 'process' ? 'it limits no files' : null),
    'is told that its sandbox is full, makes room, and lands what it has',
    () => outgrows(kind),
  )
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
  return { ...project, through, lastPrompt: () => JSON.stringify(model.requests.at(-1)!.body.messages) }
}
