/** Command `swarm costs`: the costs of agents. */
import type { Costs } from '../../api/client.ts'
import { costText } from '../../ticket/costs.ts'
import { Misuse } from '../misuse.ts'
import { type Call, type Command, projectOf } from './command.ts'
import { columns, counted, oneLine, print, styled } from './screen.ts'

const GROUPS = ['attempt', 'ticket', 'day', 'agent'] as const

export const costs: Command = {
  name: 'costs',
  summary: 'Show the cost of agents by ticket, day, agent or attempt',
  flags: [
    { name: 'by', value: 'WHAT', among: GROUPS, help: 'attempt, ticket (default), day or agent' },
    { name: 'since', value: 'DATE', help: 'only attempts started on or after this day: YYYY-MM-DD' },
  ],
  more: [
    "'about' marks an estimate: known tokens at the prices of a table.",
    "'unknown' is not zero: no cost was reported for these attempts.",
  ],
  examples: ['swarm costs', 'swarm costs --by day --since 2026-01-01', 'swarm costs --format json'],
  async run(call) {
    const { by = 'ticket', since } = call.flags
    if (since !== undefined && !isDate(String(since)))
      throw new Misuse(`--since must be a day such as 2026-01-31, not '${since}'.`)
    const link = await projectOf(call).link()
    try {
      const found = await link.client.costs({
        by: by as Costs['by'],
        ...(since !== undefined && { since: String(since) }),
      })
      const none =
        since === undefined
          ? 'No agent has started an attempt yet. Nothing was spent.'
          : `No agent started an attempt on or after ${since}. Nothing was spent.`
      print(call, found, () => (found.costs.length === 0 ? none : table(call, found)))
      return 0
    } finally {
      await link.close()
    }
  },
}

const isDate = (text: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true

function table({ host }: Call, { by, costs, total, prices }: Costs): string {
  const rows = costs.map((cost) => [
    by === 'ticket' ? `#${cost.key} ${oneLine(cost.title ?? '', 40)}` : oneLine(cost.key),
    counted(cost.attempts, 'attempt'),
    `${cost.tokens} tokens`,
    textOf(cost),
  ])
  rows.push([
    styled(host, 'bold', 'total'),
    counted(total.attempts, 'attempt'),
    `${total.tokens} tokens`,
    textOf(total),
  ])
  const note = total.estimated_usd === null ? [] : ['', `'about': estimated by the prices of ${prices}.`]
  return [columns(rows, ''), ...note].join('\n')
}

const textOf = ({ estimated_usd, ...cost }: Costs['total']) =>
  costText({ ...cost, estimatedUsd: estimated_usd })
