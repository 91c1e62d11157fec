/** Choice of the count for an attempt's usage: one rule, here (docs/adr/018). */
import type { Usage } from '../../ports/attempts.ts'

/**
 * Reconciles two counts. `reported`: by the harness, summed over its runs. `metered`: by the gateway, in the model's
 * own answers.
 *
 * Where the gateway has metered anything its tokens count: they are known for a killed run as well, and no program in
 * the sandbox can lower them. So does its cost, which is unknown where it knows no price: the harness's own figure
 * could be made up. Turns are the harness's, which alone knows what a turn is. Where nothing passed the gateway, the
 * harness's report counts.
 */
export function reconciled(reported: Usage, metered: Usage): Usage {
  if (metered.turns === 0) return reported
  return { ...metered, turns: reported.turns || metered.turns }
}
