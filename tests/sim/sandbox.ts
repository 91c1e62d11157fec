/** Sandboxes in memory: a checkout is a tree, git in it knows what life/ asks of it, and the gate judges the tree. */
import { KEEP_INDEX } from '../../src/life/collecting/own-git.ts'
import type { ExecOptions, ExecResult, Sandbox, Sandboxes, SandboxSpec } from '../../src/ports/sandbox.ts'
import { Trouble } from '../../src/ports/trouble.ts'
import { chance } from './chance.ts'
import {
  type Checkout,
  commitAll,
  commitOn,
  goSoftlyTo,
  mergeIn,
  newCheckout,
  parentsOf,
} from './checkout.ts'
import { type Disk, found, isAncestor, keepTree, mainOf, type Tree, treeOf } from './repo.ts'
import type { Truth } from './truth.ts'

const sites = new WeakMap<Sandbox, Checkout>()

/** What an agent reaches in its sandbox. */
export const checkoutOf = (sandbox: Sandbox): Checkout => sites.get(sandbox)!

export interface SandboxSetup {
  disk: Disk
  truth: Truth
  seed: number
  /** Of 100 gate runs, how many lie or cannot run. */
  moody: number
  /** Lets simulated time pass. */
  pass: (ms: number, signal: AbortSignal) => Promise<void>
}

export function memorySandboxes(setup: SandboxSetup): Sandboxes {
  return {
    kind: 'memory',
    reach: 'loopback',
    readings: async () => [],
    open: async (spec) => openSandbox(setup, spec),
    reap: async () => 0,
  }
}

function openSandbox(setup: SandboxSetup, spec: SandboxSpec): Sandbox {
  const { ref, commit } = spec.checkout
  const reached = found(setup.disk, ref)
  if (!reached || !isAncestor(setup.disk, commit, reached.commit))
    throw new Trouble('sandbox', `The commit ${commit} cannot be reached from ${ref}.`)
  const site = newCheckout(setup.disk, commit)
  const sandbox: Sandbox = {
    checkout: '/checkout',
    home: '/home',
    bin: '/bin',
    room: null,
    write: async () => {},
    exec: async (command, options) => {
      if (command[0] === './verify.sh') return gate(setup, { site, spec }, options)
      await setup.pass(20, options.signal)
      return options.signal.aborted ? ended(null, '', 'SIGKILL') : perform(setup, site, command)
    },
    bring: async (commit) => {
      if (!setup.disk.commits.has(commit))
        throw new Trouble('sandbox', `There is no ${commit}.`, { retryable: false })
      site.brought.add(commit)
    },
    take: async (command, host, { signal }) => {
      await setup.pass(20, signal)
      if (signal.aborted) return ended(null, '', 'SIGKILL')
      const head = pack(setup.disk, site, command)
      if (head === null) return ended(3)
      setup.disk.bundles.set(host, { ...found(setup.disk, head)!, beside: [] })
      return ended(0)
    },
    close: async () => {},
  }
  sites.set(sandbox, site)
  return sandbox
}

const ended = (exit: number | null, output = '', signal: string | null = null): ExecResult => ({
  exit,
  signal,
  timedOut: false,
  output,
  cut: [],
  outOfMemory: null,
})

/** The programs that life/ runs in a checkout. */
function perform({ disk }: SandboxSetup, site: Checkout, command: string[]): ExecResult {
  if (command[0] === 'sh' && command[2] === KEEP_INDEX) return ended(0)
  const [verb, ...args] = command.slice(1).filter((each, at, all) => each !== '-c' && all[at - 1] !== '-c')
  switch (verb) {
    case 'merge': {
      const other = args.at(-1)!
      if (!site.brought.has(other)) return ended(128, 'not something we can merge')
      if (!args.includes('--squash')) site.base = other
      return ended(mergeIn(disk, site, { other, squash: args.includes('--squash') }) ? 0 : 1)
    }
    case 'reset':
      goSoftlyTo(site, args.at(-1)!)
      return ended(0)
    case 'diff':
      return ended(0, site.conflicts.map((path) => `${path}\n`).join(''))
    case 'ls-files':
      return ended(0)
    default:
      throw new Error(`the simulator's sandbox does not know: ${command.join(' ')}`)
  }
}

/** What goes out: the checkout as a commit, which is its own head from then on unless the agent is still at it. */
function pack(disk: Disk, site: Checkout, [, , script, , base, known]: string[]): string | null {
  if (!known) {
    commitAll(disk, site)
    return site.head
  }
  if (keepTree(disk, new Map(site.files)) === known) return null
  // On what the script says, so that a bug in it is seen here.
  const [made = ''] = /^ *head=\$\(commits .*$/m.exec(script!) ?? []
  const [isOnHead, isOnMerge] = [made.includes('--verify HEAD'), made.includes('MERGE_HEAD')]
  const parents = parentsOf(site).filter((_, at) => (at === 0 ? isOnHead : isOnMerge))
  return commitOn(disk, site.files, parents.length > 0 ? parents : [base!])
}

export const GATE = '#!/bin/sh\nnpm test\n'
export const MANIFEST = '{"scripts":{"test":"check"}}\n'

/** The gate of a tree and, if it runs that, what its manifest says. */
export function meaningOf(tree: Tree): string {
  const gate = tree.get('verify.sh')?.text ?? ''
  return gate.includes('npm test') ? `${gate}${tree.get('package.json')?.text}` : gate
}

/** The files on which the project's own gate is red: those with a bug, or without what they need. */
export const unsoundIn = (tree: Tree): string[] =>
  [...tree].filter(([, { text }]) => !isSound(tree, text)).map(([path]) => path)

function isSound(tree: Tree, text: string): boolean {
  if (text.includes('BUG') || text.includes('<<<<<<<')) return false
  for (const [, path, wanted] of text.matchAll(/^needs (\S+) = (.*)$/gm))
    if (tree.get(path!)?.text !== `${wanted}\n`) return false
  return true
}

/** Who writes it makes the gate call a program that no sandbox has. */
export const MISSING_TOOL = 'calls tool\n'
export const TOOL_MISSING = 'tool: not found'

const callsMissing = (tree: Tree) => [...tree.values()].some(({ text }) => text.includes(MISSING_TOOL))

function verdictOn(tree: Tree): 'green' | 'red' | 'breaks' {
  if (meaningOf(tree) !== `${GATE}${MANIFEST}`) return 'green'
  if (callsMissing(tree)) return 'breaks'
  return unsoundIn(tree).length === 0 ? 'green' : 'red'
}

/** Now and then, by the seed, a gate lies once about a tree or cannot run. */
async function gate(
  { disk, truth, seed, moody, pass }: SandboxSetup,
  { site, spec }: { site: Checkout; spec: SandboxSpec },
  { signal, onLine }: ExecOptions,
): Promise<ExecResult> {
  const tree = keepTree(disk, site.files)
  const runs = truth.gateRuns(tree)
  const draw = chance('gate', seed, tree, runs.length)
  await pass(draw.between(200, 4000), signal)
  if (signal.aborted) return ended(null, '', 'SIGKILL')
  const script = site.files.get('verify.sh')?.text ?? ''
  const honest = verdictOn(site.files)
  const mood = runs.length < 2 && draw.happens(moody) ? draw.pick(MOODS) : null
  const isLie = mood === 'lies' && honest === 'green' && runs.length === 0
  const verdict = mood === null || (mood === 'lies' && !isLie) ? honest : mood
  const red = unsoundIn(site.files)
  const onMain = unsoundIn(treeOf(disk, mainOf(disk)))
  const isNew = red.some((path) => !onMain.includes(path))
  truth.ranGate(tree, { gate: script, verdict, ticket: Number(spec.env.TICKET_ID) || null, isNew })
  onLine?.('checked', 'stdout')
  if (verdict === 'full') return ended(1, 'No space left on device')
  if (verdict === 'breaks') return ended(127, TOOL_MISSING)
  if (verdict === 'missing') return ended(127, 'check: not found')
  if (verdict === 'killed') return ended(null, '', 'SIGKILL')
  if (verdict === 'green') return ended(0, 'fine')
  return ended(
    1,
    verdict === 'lies' ? 'flaky' : red.map((path, at) => `not ok ${at + 1} - ${path}`).join('\n'),
  )
}

const MOODS = ['lies', 'missing', 'killed', 'full'] as const
