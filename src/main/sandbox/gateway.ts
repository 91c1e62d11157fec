/** Gateway of a project, bound to its settings, its repository and the credential of the person who started it. */
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

/** Parts that the gateway is bound to. */
export interface Bound {
  opened: Records & { repo: Repo }
  settings: () => Settings
  /** Credential for the model; null where no harness needs one. */
  found: Found | null
  /** Folder that only its owner can enter. */
  scratch: string
  note: (line: string) => void
  /** Called after each command of an agent: it may have changed something. */
  ran: () => void
}

/** Makes the gateway of a project. */
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

/** Reads the allowed hosts; registries by the files of `main`, so that no attempt can widen them for itself. */
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
