/** The real gateway on real listeners, for the agents of stories and contracts. Its network leads nowhere. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Gateway, type GatewayOptions, gateway } from '../../src/gateway/gateway.ts'
import { runTicket } from '../../src/main/sandbox/agents-ticket.ts'
import type { Repo } from '../../src/ports/repo.ts'
import type { Records } from '../../src/ports/world.ts'
import { priceList } from '../../src/ticket/prices.ts'

export function gatewayOf({ repo, ...records }: Records & { repo: Repo }): Gateway {
  return gatewayWith({ runTicket: runTicket(records, () => {}), repo })
}

export const CLIENT = join(import.meta.dirname, '../../templates/ticket-client.sh')

export function gatewayWith(options: Partial<GatewayOptions>): Gateway {
  return gateway({
    program: readFileSync(CLIENT, 'utf8'),
    runTicket: async () => ({ stdout: '', stderr: '', code: 0 }),
    repo: {
      branch: 'main',
      serve: () => {
        throw new Error('this gateway has no repository')
      },
    },
    upstream: null,
    prices: () => priceList([]),
    budget: () => null,
    providerTools: () => [],
    allowedHosts: async () => [],
    network: {
      resolve: async () => [],
      own: () => [],
      dial: () => {
        throw new Error('this gateway has no network')
      },
    },
    get folder() {
      return mkdtempSync(join(tmpdir(), 'gateway-'))
    },
    note: () => {},
    clocks: { now: Date.now, monotonic: () => performance.now() },
    ...options,
  })
}
