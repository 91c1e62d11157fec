/** Whose count of an attempt's use stands: one rule, here (docs/adr/018). */
import type { Usage } from '../../ports/store.ts'

/**
 * `reported`: by the harness, summed over its runs. `metered`: by the gateway, in the model's own answers.
 *
 * Where the gateway has metered anything its tokens stand: they are known also of a run that was killed, and no program
 * in the sandbox can make them less. So does its cost, which is unknown where it knows no price: what the harness says
 * it costs could be made up. Turns are the harness's, which alone knows what a turn is. Where nothing passed the gateway,
 * all is as the harness reports.
 */
export function reconciled(reported: Usage, metered: Usage): Usage {
  if (metered.turns === 0) return reported
  return { ...metered, turns: reported.turns || metered.turns }
}
