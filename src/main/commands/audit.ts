/** Audit of what landed: its receipts, and the gate once more on any of it. */
import type { Gate, Landed, Verifier } from '../../cli/swarm/host/landed.ts'
import { judge } from '../../life/landing/gate.ts'
import { byNameOnly } from '../../life/landing/meaning/differ.ts'
import { strays } from '../../life/landing/strays.ts'
import { START } from '../../life/names.ts'
import type { Landing } from '../../ports/attempts.ts'
import type { CommitInfo, Repo } from '../../ports/repo.ts'
import type { Reads, Store, Tx } from '../../ports/store.ts'
import { Trouble } from '../../ports/trouble.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Environment } from '../machine/environment.ts'
import { gathering } from '../machine/gathering.ts'
import { type Opened, openProject } from '../project/open.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { gatewayFor } from '../sandbox/gateway.ts'
import { sandboxSetupFor } from '../sandbox/sandboxes.ts'
import type { SandboxSetup, Site } from '../sandbox/setup.ts'
import { readSettings } from '../settings/read.ts'
import { keepRerun, newestReruns, type Rerun } from './reruns.ts'

/** Lists landed commits, oldest first, from where the swarm began. */
export async function landedIn(paths: ProjectPaths, environment: Environment): Promise<Landed[]> {
  const opened = await openProject(paths, environment)
  try {
    return await landed(opened, newestReruns(paths))
  } finally {
    await opened.close()
  }
}

async function landed(
  { repo, store }: Pick<Opened, 'repo' | 'store'>,
  reruns: Map<string, Rerun>,
): Promise<Landed[]> {
  const began = await repo.find(START)
  const history = await repo.history({})
  const first = history.findIndex(({ commit }) => commit === began?.commit)
  const ours = (first === -1 ? history : history.slice(0, first + 1)).reverse()
  const gathered = askedTogether(repo)
  const tell = async (commit: CommitInfo, at: number): Promise<Landed> => {
    const receipts = await store.receipts({ tree: commit.tree, limit: RECENT })
    const receipt = receipts.find(({ verdict }) => verdict === 'green') ?? receipts[0] ?? null
    const landing = await landingOf(store, commit)
    const before = commit.parents[0]
    return {
      commit: commit.commit,
      tree: commit.tree,
      subject: commit.subject,
      at: commit.at * 1000,
      ticket: /^\d{1,15}$/.test(commit.trailers.ticket ?? '') ? Number(commit.trailers.ticket) : null,
      isStart: at === 0,
      strays:
        landing === null || before === undefined
          ? null
          : await strays(gathered, landing, { before, tree: commit.tree }),
      receipt: receipt && {
        verdict: receipt.verdict,
        flaky: receipt.flaky,
        doubts: receipt.doubts,
        at: receipt.startedAt,
        durationMs: receipt.durationMs,
        sandbox: receipt.sandbox,
      },
      rerun: reruns.get(commit.commit) ?? null,
    }
  }
  return Promise.all(ours.map(tell))
}

/** Joins the questions of thousands of commits: a git for each would take minutes. */
function askedTogether(repo: Repo): Parameters<typeof strays>[0] {
  const merge = gathering(repo.mergeEach)
  return { ...repo, find: gathering(repo.findEach), merge: (ours, theirs) => merge({ ours, theirs }) }
}

const RECENT = 50

/** Finds the landing that a commit's trailers name; null for a commit of somebody else. */
async function landingOf(store: Reads, { commit, trailers }: CommitInfo): Promise<Landing | null> {
  const [ticket, attempt] = [Number(trailers.ticket), Number(trailers.attempt)]
  if (!Number.isSafeInteger(ticket) || !Number.isSafeInteger(attempt)) return null
  const landing = await store.landing(ticket, attempt)
  return landing?.candidate === commit ? landing : null
}

/** Reads verify.sh at the tip of main; null when it is missing. */
export async function gateIn(paths: ProjectPaths, environment: Environment): Promise<Gate | null> {
  const opened = await openProject(paths, environment)
  try {
    const { tree } = await opened.repo.tip()
    const read = async (path: string) => (await opened.repo.read(tree, path))?.toString() ?? null
    const text = await read('verify.sh')
    return text === null ? null : { text, byName: await byNameOnly(text, read) }
  } finally {
    await opened.close()
  }
}

/**
 * Opens the merge queue's gate; results let nothing land, and those of an audit are stored separately. The sandbox is
 * of the kind that `like` names, as receipts do, when the settings allow it and it is available; else of the kind in
 * the settings.
 */
export async function openVerifier(
  paths: ProjectPaths,
  environment: Environment,
  audit: { like: string | null } | null,
): Promise<Verifier> {
  const opened = await openProject(paths, environment)
  const { settings } = readSettings({ flags: {}, environment, file: paths.config })
  const { sandboxes, scratch, clear } = await setupLike({ paths, environment }, settings, audit?.like ?? null)
  const gateway = gatewayFor({
    ...{ opened, scratch, found: null, settings: () => settings },
    ...{ note: () => {}, ran: () => {} },
  })
  const world = {
    ...opened,
    store: forgetful(opened.store),
    sandboxes,
    gateway,
    settings: () => settings,
    gateLog: () => {},
  }
  return {
    sandbox: sandboxes.kind,
    async verify(id, signal) {
      const found = await opened.repo.find(id)
      if (found === null)
        return { verdict: 'could not run', output: `There is no commit ${id}.`, durationMs: 0 }
      const { commit, tree } = found
      const ref = `refs/heads/${opened.repo.branch}`
      const request = {
        commit,
        tree,
        ref,
        ticket: null,
        attempt: null,
        agent: 'audit',
        main: null,
        doubts: [],
      }
      const receipt = await judge(world, request, signal)
      if (audit !== null && !signal.aborted) keepRerun(paths, commit, receipt)
      return receipt
    },
    async close() {
      gateway.close()
      clear()
      await opened.close()
    },
  }
}

const ISOLATING = ['docker', 'podman', 'bubblewrap'] as const

/** Kinds to try, in order; `auto` never means the kind that does not isolate, whatever was used before. */
export function kindsFor(setting: Settings['sandbox'], like: string | null): Settings['sandbox'][] {
  const kind = ISOLATING.find((each) => each === like?.split(' ')[0])
  return setting === 'auto' && kind !== undefined ? [kind, 'auto'] : [setting]
}

async function setupLike(
  { paths, environment }: Pick<Site, 'paths' | 'environment'>,
  settings: Settings,
  like: string | null,
): Promise<SandboxSetup> {
  const quiet = { note: () => {}, progress: () => {}, signal: new AbortController().signal }
  const setup = (sandbox: Settings['sandbox']) =>
    sandboxSetupFor({ paths, environment, settings: () => ({ ...settings, sandbox }), ...quiet })
  const [first, other] = kindsFor(settings.sandbox, like)
  return setup(first!).catch((error) => {
    if (error instanceof Trouble && other !== undefined) return setup(other)
    throw error
  })
}

/** Store that has no receipts and saves none. */
function forgetful(store: Store): Store {
  const tx = { addReceipt: async (receipt) => ({ ...receipt, id: 0 }) } as Pick<Tx, 'addReceipt'>
  return { ...store, receipt: async () => null, transact: (work) => work(tx as Tx) }
}
