/**
 * Package cache: fetches the packages that `main` names, once for each state of its lockfiles, in a clean sandbox that
 * no agent has used. Every new sandbox gets a copy of its own. The cache only saves time: nothing waits for it, and
 * missing packages are fetched as usual.
 */
import { createHash } from 'node:crypto'
import type { Archives } from '../../ports/archives.ts'
import type { Sandboxes } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'
import type { World } from '../../ports/world.ts'
import { endOf } from '../../ticket/cut.ts'
import { refusal } from '../../ticket/transcript-words.ts'
import { through } from '../gateway-session.ts'
import { ARCHIVE, RECIPES, type Recipe, scriptOf } from './packages.ts'

/** Package cache of a server. */
export interface PackageCache {
  /** Sandboxes that open with the packages that `main` names, once they are cached. */
  sandboxes: Sandboxes
  /** Ends the fetch that is under way. */
  close(): Promise<void>
}

type Parts = Pick<World, 'repo' | 'sandboxes' | 'gateway' | 'clock' | 'settings' | 'note'> & {
  archives: Archives
}

/** Maximum bytes of one archive. */
const MOST_BYTES = 1024 ** 3
/** Milliseconds before a failed fetch is retried. */
const REST_MS = 3_600_000

/** Opens the package cache. Failures of a fetch go to the log only. */
export function openPackageCache(parts: Parts): PackageCache {
  const { sandboxes, archives, clock, note } = parts
  const over = new AbortController()
  const wanted = wantedOnMain(parts)
  const rests = new Map<string, number>()
  let fetching: Promise<void> | null = null

  async function begin(want: Wanted): Promise<void> {
    try {
      note(`packages: ${await fetchAll(parts, want, over.signal)}`)
    } catch (failure) {
      if (over.signal.aborted) return
      rests.set(want.key, clock.monotonic() + REST_MS)
      note(`packages: not cached, so sandboxes start without them: ${(failure as Error).message}`)
    } finally {
      fetching = null
    }
  }

  async function archive(): Promise<string | null> {
    const want = await wanted()
    if (want === null) return null
    const found = await archives.find(want.key)
    const isResting = (rests.get(want.key) ?? Number.NEGATIVE_INFINITY) > clock.monotonic()
    if (found === null && !isResting && !over.signal.aborted) fetching ??= begin(want)
    return found
  }

  // What is wrong with the repository, the checkout tells.
  const atHand = () =>
    archive().then(
      (found) => (found === null ? [] : [{ path: found }]),
      () => [],
    )

  return {
    sandboxes: {
      ...sandboxes,
      get kind() {
        return sandboxes.kind
      },
      open: async (spec, signal) =>
        sandboxes.open({ ...spec, archives: [...(spec.archives ?? []), ...(await atHand())] }, signal),
    },
    async close() {
      over.abort()
      await fetching
    },
  }
}

interface Wanted {
  key: string
  commit: string
  recipes: Recipe[]
}

/** Packages that the tip of `main` names; null for none. An attempt can change them only by landing. */
function wantedOnMain({ repo, sandboxes }: Parts): () => Promise<Wanted | null> {
  let known: { tip: string; wanted: Wanted | null } = { tip: '', wanted: null }
  return async () => {
    const { commit } = await repo.tip()
    if (commit === known.tip) return known.wanted
    const files = await Promise.all(RECIPES.map(({ lockfile }) => repo.read(commit, lockfile)))
    const recipes = RECIPES.filter((_, at) => files[at] !== null)
    const hash = createHash('sha256').update(`${sandboxes.kind}\0`)
    for (const [at, { lockfile, fetch }] of RECIPES.entries())
      if (files[at] !== null) hash.update(`${lockfile}\0${fetch}\0`).update(files[at]!).update('\0')
    const wanted = recipes.length === 0 ? null : { key: hash.digest('hex'), commit, recipes }
    known = { tip: commit, wanted }
    return wanted
  }
}

/** Fetches the packages and gives a sentence about it. */
async function fetchAll(
  parts: Parts,
  { key, commit, recipes }: Wanted,
  signal: AbortSignal,
): Promise<string> {
  const { repo, sandboxes, gateway, clock, settings, note, archives } = parts
  const began = clock.monotonic()
  const name = `packages-${key.slice(0, 10)}`
  const gatewaySession = await gateway.openGate({
    ...{ name, reach: sandboxes.reach },
    tell: (event) => {
      if (event.type === 'refused') note(`packages: ${refusal(event)}`)
    },
  })
  try {
    const checkout = { source: repo.source, ref: `refs/heads/${repo.branch}`, commit, history: false }
    const spec = { name, checkout, env: { ...gatewaySession.env, CI: 'true' }, ...through(gatewaySession) }
    const sandbox = await sandboxes.open(spec, signal)
    try {
      const timeoutMs = settings().verifyTimeout * 1000
      const { exit, output } = await sandbox.exec(['sh', '-euc', scriptOf(recipes, settings())], {
        ...{ signal, timeoutMs },
      })
      if (exit !== 0) throw new Trouble('sandbox', lastWords(output) || 'the fetch was stopped.')
      await archives.keep(key, async (path) => {
        const packed = ['cat', `${sandbox.home}/${ARCHIVE}`]
        const taken = await sandbox.take(packed, path, { signal, timeoutMs, most: MOST_BYTES })
        if (taken.exit !== 0)
          throw new Trouble('sandbox', `the fetch produced no archive: ${lastWords(taken.output)}`)
      })
      const seconds = ((clock.monotonic() - began) / 1000).toFixed(1)
      return `cached those of ${recipes.map(({ lockfile }) => lockfile).join(', ')} in ${seconds} s`
    } finally {
      await sandbox.close()
    }
  } finally {
    await gatewaySession.close()
  }
}

const lastWords = (output: string) => endOf(output.trim().split('\n').slice(-8).join(' '), 800)
