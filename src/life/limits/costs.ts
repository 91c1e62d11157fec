/** Costs of agents, for people who ask. */

import type { Reads } from '../../ports/store.ts'
import type { Settings } from '../../settings/settings.ts'
import { type Cost, costOfAll, costsBy } from '../../ticket/costs.ts'
import { dayOf } from '../../ticket/due.ts'
import { priceList } from '../../ticket/prices.ts'

export const COST_GROUPS = ['attempt', 'ticket', 'day', 'agent'] as const
/** Grouping of costs. */
export type CostGroup = (typeof COST_GROUPS)[number]

/** Costs by group, and their total. */
export interface Costs {
  groups: [string, Cost][]
  total: Cost
}

/** Sums the costs of attempts that began at `since` or later. Attempts made by hand cost nothing here. */
export async function costsOf(
  store: Reads,
  settings: Pick<Settings, 'timeZone' | 'modelPrices'>,
  { by, since }: { by: CostGroup; since: number },
): Promise<Costs> {
  const priceOf = priceList(settings.modelPrices)
  const spending = await store.spending({ since, by: by === 'day' ? 'quarter' : by })
  const zone = zoneOf(settings.timeZone)
  const nameOf = (key: string) => (by === 'day' ? dayOf(Number(key), zone) : key)
  return { groups: costsBy(spending, nameOf, priceOf), total: costOfAll(spending, priceOf) }
}

/** Time zone by name; empty: this machine's. */
export const zoneOf = (timeZone: string): string =>
  timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
