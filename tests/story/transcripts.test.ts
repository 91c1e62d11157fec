/** What the gateway refuses, and all else that an attempt leaves behind, can be read where people look for it. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { claimNext } from '../../src/life/agents/claim.ts'
import { change } from '../../src/life/follow.ts'
import { file } from '../../src/life/tickets/file.ts'
import type { World } from '../../src/ports/world.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { readTranscriptLine } from '../../src/ticket/transcript.ts'
import { handClock } from './clock.ts'
import { PERSON, swarm as story } from './swarm.ts'
import { newFolder, swarm } from './terminal.ts'

/** Asks git for what it may not have, through the gateway session of whoever runs it. */
const PUSHES = 'git push "$SWARM_GIT" HEAD:refs/heads/x'

it('says in the gate log and in the transcript what the gateway refused, in the same words', async () => {
  const gateLog: string[] = []
  const listening = (): Partial<World> => ({ gateLog: (line) => gateLog.push(line) })
  await story(
    async (s) => {
      const id = await s.file('Push', [{ run: `${PUSHES}; echo done > a.txt` }])
      await s.settle()
      const { transcript } = (await s.attempts(id))[0]!
      const { text } = (await s.world.transcripts.read(transcript!, 0, 100_000))!
      const events = text
        .trimEnd()
        .split('\n')
        .map((line) => readTranscriptLine(line).event)
      expect(events).toContainEqual(expect.objectContaining({ type: 'refused', part: 'git' }))
      expect(events.filter(({ type }) => type === 'other')).toEqual([])
    },
    { with: listening, files: { 'verify.sh': `#!/bin/sh\n${PUSHES}\ntrue\n` } },
  )
  expect(gateLog).toContainEqual(
    'The gateway refused git GET /info/refs?service=git-receive-pack. Sandboxes cannot push. Leave your work in the checkout: the swarm collects it there.',
  )
})

/** A project whose first attempt has left this transcript. */
async function leftBehind(sample: string): Promise<string> {
  const folder = newFolder()
  await swarm(['init', '.', '--yes'], { folder })
  const store = await openSqlite({ path: join(folder, '.swarm/tickets/tickets.db') })
  const clock = handClock(Date.UTC(2026, 0, 30, 12))
  await file({ store, clock }, { title: 'Search' }, PERSON)
  await claimNext({ store, clock }, { holder: 'agent-1', leaseMs: 60_000, harness: 'claude' })
  await store.transact((tx) => change(tx, 1, 1, { transcript: 't1-a1.jsonl' }))
  await store.close()
  mkdirSync(join(folder, '.swarm/transcripts'), { recursive: true })
  copyFileSync(
    new URL(`../samples/${sample}`, import.meta.url),
    join(folder, '.swarm/transcripts/t1-a1.jsonl'),
  )
  return folder
}

it('shows in `swarm logs` what the default harness did through the gateway, in sentences alone', async () => {
  const folder = await leftBehind('transcript-claude.jsonl')
  const { out } = await swarm(['logs', 'agent-1', '-n', '500'], { folder })
  expect(`\n${out.replace(/^[\d:]{8} /gm, '')}`).toMatchInlineSnapshot(`
    "
    ▶ You are agent-1. Do ticket #1 in this checkout, then stop.
    ✗ The model is overloaded or down (529): As scripted: 529.
    ✗ The model could not be reached, and the request was retried: overloaded (529).
    I look first.
    ▸ Read README.md
    ▸ Bash curl -sS -m 5 https://example.com; curl -sS -m 5 http://example.com; git -c http.extraHeader= push "$SWARM_GIT" HEAD:refs/heads/x; cur…
    ! The gateway refused CONNECT example.com:443. example.com is blocked in sandboxes: allow_hosts in .swarm/config.json does not list it.
    ! The gateway refused GET http://example.com/. example.com is blocked in sandboxes: allow_hosts in .swarm/config.json does not list it.
    ! The gateway refused git GET /info/refs?service=git-receive-pack. Sandboxes cannot push. Leave your work in the checkout: the swarm collects it there.
    ! The gateway refused GET /v1/files. The gateway only accepts requests to the model, not GET /v1/files.
    ! The gateway refused GET without the token. This attempt is over, or this is not its token. The swarm no longer accepts its commands.
    · Unknown event: system, vcs_state_changed.
    ▸ TodoWrite todos: 1 entry
    ✗ <tool_use_error>Error: No such tool available: TodoWrite. TodoWrite is disabled for this session, in subagents as well as here.</tool_use_error>
    ▸ WebFetch https://example.com
    ✗ <tool_use_error>Error: No such tool available: WebFetch. WebFetch is disabled for this session, in subagents as well as here.</tool_use_error>
    ▸ Task x
    ✗ <tool_use_error>Error: No such tool available: Task. Task is disabled for this session, in subagents as well as here.</tool_use_error>
    ▸ Bash sleep 3; seq 1 2000
    · Unknown event: system, task_started.
    · Unknown event: system, task_notification.
    ▸ Write search.txt
    Search is there.
    ■ The agent ended its turn.
    ▶ The gate is red (verify.sh exit 1).
    ▸ Edit search.txt
    Mended.
    ■ The agent ended its turn.
    "
  `)
  expect((await swarm(['logs', 'agent-1', '-n', '3'], { folder })).out.split('\n')).toHaveLength(4)
})
