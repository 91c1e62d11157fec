/** Upkeep beside everything else: old leftovers are removed, and the repository is packed. */
import type { World } from '../../ports/world.ts'
import { type Broom, sweep } from './sweep.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** Milliseconds between counts of packs. A fast swarm lands 100 changes a minute, and each brings a pack. */
const PACK_MS = MINUTE / 2
/** Maximum milliseconds between searches for leftovers. */
const LOOK_MS = 10 * MINUTE
/** Number of searches in the time for which finished work stays. */
const LOOKS = 10
/** Number of looks at which the wall clock must agree with the steady one: by a wrong clock everything is old. */
const STEADY = 6
/** Milliseconds for which unreachable objects stay: those that are being written are not reachable yet. */
const UNREACHABLE_MS = 14 * DAY

interface Tidying {
  broom: Broom
  /** Difference between wall clock and steady clock, and the number of looks that found it unchanged. */
  drift: number
  steady: number
  /** Times of the last search and the last full packing, by the steady clock. */
  lookedAt: number
  packedAt: number
  /** Last error, so that it is logged once. */
  said: string
}

/** Runs the upkeep. Resolves when the signal has aborted and nothing is under way. */
export async function tidyNowAndThen(world: World, signal: AbortSignal): Promise<void> {
  const { clock } = world
  const drift = driftOf(world)
  const lookedAt = clock.monotonic()
  const state: Tidying = { broom: { left: null }, drift, steady: 0, lookedAt, packedAt: -DAY, said: '' }
  for (;;) {
    const keep = world.settings().keepFinishedWork * 1000
    const every = keep === 0 ? LOOK_MS : Math.min(LOOK_MS, keep / LOOKS)
    await clock.sleep(Math.min(PACK_MS, every), signal)
    if (signal.aborted) return
    try {
      if (clock.monotonic() - state.lookedAt >= every) await tidy(world, state, keep, signal)
      else await world.repo.tidy({ unreachableBefore: null, signal })
      state.said = ''
    } catch (failure) {
      const said = failure instanceof Error ? failure.message : String(failure)
      if (!signal.aborted && said !== state.said) world.note(`clean-up failed and will be retried: ${said}`)
      state.said = said
    }
  }
}

const driftOf = ({ clock }: World) => clock.now() - clock.monotonic()

async function tidy(world: World, state: Tidying, keep: number, signal: AbortSignal): Promise<void> {
  const { clock, repo } = world
  state.lookedAt = clock.monotonic()
  const drift = driftOf(world)
  state.steady = Math.abs(drift - state.drift) > MINUTE ? 0 : state.steady + 1
  if (state.steady === 0) state.drift = drift
  const isSteady = state.steady >= STEADY
  if (isSteady && keep > 0) {
    const count = await sweep(world, state.broom, clock.now() - keep, signal)
    if (count > 0) world.note(`removed what ${count} attempts had saved, as their tickets are over`)
  }
  const isDue = isSteady && clock.monotonic() - state.packedAt >= DAY
  await repo.tidy({ unreachableBefore: isDue ? clock.now() - UNREACHABLE_MS : null, signal })
  if (isDue) state.packedAt = clock.monotonic()
}
