/**
 * A swarm to tell stories about: the real core, life, merge queue, SQLite, git, process sandbox and scripted agent; only the
 * clock is turned by hand.
 *
 *     await swarm(async (s) => { await s.file('add search', [...]); await s.settle(); expect(await s.main())… })
 *
 * At the end of every story the invariants hold: fold(log) == row, and every commit of `main` has a green receipt for
 * exactly its tree.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { scriptedHarness } from '../../src/harnesses/scripted/scripted.ts'
import { apply } from '../../src/life/apply.ts'
import { type Fleet, newFleet } from '../../src/life/fleet.ts'
import { strays } from '../../src/life/landing/strays.ts'
import { START } from '../../src/life/names.ts'
import { tick } from '../../src/life/tick.ts'
import { file, type NewTicket } from '../../src/life/tickets/file.ts'
import type { Attempt } from '../../src/ports/attempts.ts'
import type { World } from '../../src/ports/world.ts'
import { openGit } from '../../src/repos/git/git.ts'
import { processSandboxes } from '../../src/sandboxes/process/process.ts'
import type { Settings } from '../../src/settings/settings.ts'
import { fileArchives } from '../../src/stores/files/archives.ts'
import { fileTranscripts } from '../../src/stores/files/transcripts.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import type { Actor, Command, Refusal } from '../../src/ticket/commands.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import { sentence } from '../../src/ticket/sentences.ts'
import type { Ticket } from '../../src/ticket/ticket.ts'
import { gatewayOf } from './agents-door.ts'
import { type HandClock, handClock } from './clock.ts'
import { SETTINGS, SILENT } from './settings.ts'

export const PERSON: Actor = { kind: 'person', name: 'human' }

export interface Story {
  world: World
  fleet: Fleet
  clock: HandClock
  settings: Settings
  /** Files a ticket whose agent follows the script. */
  file(title: string, script: object[], more?: Partial<NewTicket>): Promise<number>
  /** One tick, and then everything that it started until it ends, or waits for the account. */
  tick(): Promise<void>
  /** Ticks until nothing moves any more. */
  settle(): Promise<void>
  person(id: number, command: Command): Promise<Ticket | Refusal>
  ticket(id: number): Promise<Ticket>
  attempts(id: number): Promise<Attempt[]>
  /** Subjects of the first-parent history of `main`, oldest first, without the beginning. */
  main(): Promise<string[]>
  /** Files of the tip of `main`, as `mode path`. */
  tree(): Promise<string[]>
  read(path: string): Promise<string | null>
  /** The log of a ticket as sentences. */
  log(id: number): Promise<string[]>
  /** Commits to `main` behind the swarm's back, as nothing of ours ever does. */
  commitToMain(files: Record<string, string>): Promise<void>
  /** Ends what still waits. */
  stop(): void
  close(): void
}

export interface Beginning {
  branch?: string
  /** Files of the first commit; verify.sh is there unless it is null. */
  files?: Record<string, string | null>
  settings?: Partial<Settings>
  /** Other adapters than the usual ones, made from the usual world. */
  with?: (world: World) => Partial<World>
}

/** A gate that is red when any file holds the word BUG. */
export const NO_BUGS =
  '#!/bin/sh\nif grep -rn BUG --exclude=verify.sh --exclude-dir=.git .; then exit 1; fi\n'

export async function swarm(tell: (s: Story) => Promise<void>, beginning: Beginning = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-story-'))
  const story = await begin(folder, beginning)
  try {
    await tell(story)
    await foldsToRows(story.world)
    await mainIsVerified(story)
  } finally {
    story.stop()
    await Promise.all([...story.fleet.working.values()].map(({ done }) => done))
    await story.world.store.close()
    story.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function begin(
  folder: string,
  { branch = 'main', files, settings: more, with: other }: Beginning,
): Promise<Story> {
  const bare = join(folder, 'repo.git')
  seed(bare, branch, { 'verify.sh': NO_BUGS, 'README.md': 'A project.\n', ...files })
  mkdirSync(join(folder, 'scratch'))
  const clock = handClock()
  const settings: Settings = { ...SETTINGS, ...more }
  const store = await openSqlite({ path: join(folder, 'tickets.db'), create: true })
  const repo = openGit({ path: bare, branch })
  const gateway = gatewayOf({ store, clock, repo })
  const usual: World = {
    store,
    clock,
    repo,
    sandboxes: processSandboxes({ root: join(folder, 'sandboxes'), searchPath: process.env.PATH ?? '' }),
    harness: scriptedHarness({
      program: join(import.meta.dirname, '../../dist/scripted-agent.cjs'),
      hangMs: 60_000,
    }),
    transcripts: fileTranscripts(join(folder, 'transcripts'), clock.now),
    sessions: fileArchives(join(folder, 'sessions'), 10),
    settings: () => settings,
    manual: 'Do ticket {{ticket}}, {{agent}}.',
    proposingManual: 'Propose, {{agent}}.',
    gateway,
    post: SILENT,
    scratch: join(folder, 'scratch'),
    random: () => 0.5,
    diskShortage: async () => null,
    note: (line) => notes.push(line),
    gateLog: () => {},
  }
  const notes: string[] = []
  const world = { ...usual, ...other?.(usual) }
  return { ...tools(world, clock, settings), close: gateway.close }
}

function tools(world: World, clock: HandClock, settings: Settings): Omit<Story, 'close'> {
  const { store, repo } = world
  const stopping = new AbortController()
  const bell = new EventTarget()
  const wake = () => void bell.dispatchEvent(new Event('rung'))
  const fleet = newFleet(world, { signal: stopping.signal, wake })
  const story: Omit<Story, 'close'> = {
    world,
    fleet,
    clock,
    settings,
    async file(title, script, more = {}) {
      const description = `\`\`\`script\n${JSON.stringify(script)}\n\`\`\`\n`
      const ticket = await file(world, { title, description, ...more }, PERSON)
      if ('refused' in ticket) throw new Error(ticket.sentence)
      return ticket.id
    },
    async tick() {
      fleet.size = settings.agents
      await tick(world, fleet)
      await still(fleet, bell)
      await fleet.mergeQueue?.done
    },
    async settle() {
      for (let before = -1, ticks = 0; before !== (await store.lastSeq()); ticks++) {
        if (ticks > 100) throw new Error('the swarm does not settle')
        before = await store.lastSeq()
        await story.tick()
      }
    },
    person: (id, command) => apply(world, id, command, PERSON),
    async ticket(id) {
      const found = await store.ticket(id)
      if (!found) throw new Error(`no ticket ${id}`)
      return found
    },
    attempts: async (id) => (await store.attempts({ ticket: id })).reverse(),
    main: async () =>
      (await repo.history({}))
        .map(({ subject }) => subject)
        .reverse()
        .slice(1),
    tree: async () => treeOf(repo.source, repo.branch),
    read: async (path) => (await repo.read((await repo.tip()).commit, path))?.toString() ?? null,
    async log(id) {
      return (await store.events({ ticket: id, limit: 1000 })).map(sentence)
    },
    commitToMain: async (files) => commitBehind(repo.source, repo.branch, files),
    stop: () => stopping.abort('The story is over.'),
  }
  return story
}

/** Until every attempt has ended, or waits for the account. */
async function still(fleet: Fleet, bell: EventTarget): Promise<void> {
  for (;;) {
    const busy = [...fleet.working.values()].filter(({ limitWait }) => limitWait === null)
    if (busy.length === 0) return
    const rung = new Promise<unknown>((resolve) => bell.addEventListener('rung', resolve, { once: true }))
    await Promise.race([rung, ...busy.map(({ done }) => done)])
  }
}

const treeOf = (bare: string, branch: string): string[] =>
  git(bare, '-c', 'core.quotePath=off', 'ls-tree', '-r', '--format=%(objectmode) %(path)', '-z', branch)
    .split('\0')
    .filter(Boolean)

function commitBehind(bare: string, branch: string, files: Record<string, string>): void {
  const work = mkdtempSync(join(tmpdir(), 'swarm-push-'))
  git(work, 'clone', '--quiet', bare, '.')
  commit(work, files)
  git(work, 'push', '--quiet', 'origin', branch)
  rmSync(work, { recursive: true })
}

function seed(bare: string, branch: string, files: Record<string, string | null>): void {
  const work = mkdtempSync(join(tmpdir(), 'swarm-seed-'))
  git(work, 'init', '--quiet', `--initial-branch=${branch}`)
  commit(work, files)
  git(work, 'clone', '--quiet', '--bare', '.', bare)
  rmSync(work, { recursive: true })
}

function commit(work: string, files: Record<string, string | null>): void {
  for (const [path, content] of Object.entries(files)) {
    if (content === null) continue
    mkdirSync(dirname(join(work, path)), { recursive: true })
    writeFileSync(join(work, path), content, { mode: path.endsWith('.sh') ? 0o755 : 0o644 })
  }
  git(work, 'add', '--all')
  git(
    work,
    '-c',
    'user.name=Ada',
    '-c',
    'user.email=ada@example.org',
    'commit',
    '--quiet',
    '--message',
    'Begin',
  )
}

export const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: '/nonexistent' } })

/** What the log tells of each ticket is what its row says. */
export async function foldsToRows({ store }: Pick<World, 'store'>): Promise<void> {
  const entries = await store.events({ limit: 100_000 })
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1))
  const folded = new Map<number, Ticket>()
  for (const { ticket, event, at } of entries) {
    const before = folded.get(ticket)
    if (event.type === 'created') folded.set(ticket, born(ticket, event, at))
    else if (before) folded.set(ticket, evolve(before, event, at))
  }
  expect(await store.tickets({})).toEqual([...folded.values()].sort((a, b) => a.id - b.id))
}

/**
 * Every commit that the swarm put on `main` has a green receipt for exactly its tree, changes only what its attempt
 * changed, and lands one ticket once.
 */
async function mainIsVerified({ world: { store, repo } }: Story): Promise<void> {
  const history = await repo.history({})
  const began = (await repo.find(START))?.commit
  const first = history.findIndex(({ commit }) => commit === began)
  const landed = history.slice(0, first === -1 ? undefined : first).filter(({ trailers }) => trailers.ticket)
  expect(new Set(landed.map(({ trailers }) => `${trailers.ticket}-${trailers.attempt}`)).size).toBe(
    landed.length,
  )
  for (const { commit, tree, subject, parents, trailers } of landed) {
    const landing = await store.landing(Number(trailers.ticket), Number(trailers.attempt))
    if (landing?.candidate === commit)
      expect(await strays(repo, landing, { before: parents[0]!, tree }), subject).toEqual([])
    const receipts = await store.receipts({ tree, limit: 10 })
    expect(
      receipts.map(({ verdict }) => verdict),
      subject,
    ).toContain('green')
  }
}
