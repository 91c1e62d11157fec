/** The gateway of a project, bound to its settings, its repository and the credential of whoever started it. */
import { join } from 'node:path'
import { allowedHosts, REGISTRY_FILES } from '../../gateway/egress/registries.ts'
import { type Gateway, gateway } from '../../gateway/gateway.ts'
import { upstreamOf } from '../../gateway/model/upstream.ts'
import type { Repo } from '../../ports/repo.ts'
import type { Records } from '../../ports/world.ts'
import type { Settings } from '../../settings/settings.ts'
import { priceList } from '../../ticket/prices.ts'
import type { Found } from '../credentials/find.ts'
import { clock } from '../machine/clock.ts'
import { network } from '../machine/network.ts'
import { template } from '../machine/templates.ts'
import { runTicket } from './agents-ticket.ts'

export interface Bound {
  opened: Records & { repo: Repo }
  settings: () => Settings
  /** Null where no harness needs a model. */
  found: Found | null
  /** A folder that only its owner can enter. */
  scratch: string
  note: (line: string) => void
  /** An agent's command ran: it may have changed something. */
  ran: () => void
}

export function gatewayFor({ opened, settings, found, scratch, note, ran }: Bound): Gateway {
  return gateway({
    program: template('ticket-client.sh'),
    runTicket: runTicket(opened, ran),
    repo: opened.repo,
    upstream: found && upstreamOf(found.credential),
    prices: () => priceList(settings().modelPrices),
    budget: () => settings().attemptBudget,
    providerTools: () => settings().providerTools,
    allowedHosts: hostsOf(opened.repo, settings),
    network,
    folder: join(scratch, 'gateway'),
    note,
    clocks: clock,
  })
}

/** What the project is made with is what `main` says: no attempt can widen it for itself. */
function hostsOf(repo: Repo, settings: () => Settings): () => Promise<string[]> {
  let known = { tip: '', files: [] as string[] }
  return async () => {
    const { commit } = await repo.tip()
    if (commit !== known.tip) {
      const there = await Promise.all(REGISTRY_FILES.map((file) => repo.read(commit, file)))
      known = { tip: commit, files: REGISTRY_FILES.filter((_, at) => there[at] !== null) }
    }
    return allowedHosts(settings().allowHosts, known.files)
  }
}
