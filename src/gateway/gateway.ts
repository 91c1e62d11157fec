/**
 * Gateway: the only way out of a sandbox. Each attempt and each gate run has a session of its own, with a listener and
 * a token that end with it. A token is worthless in any other session.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import type { GatewayEvent } from '../ports/gateway.ts'
import type { Repo } from '../ports/repo.ts'
import type { Reach } from '../ports/sandbox.ts'
import { Trouble } from '../ports/trouble.ts'
import type { GatewaySession, GatewaySessions } from '../ports/world.ts'
import type { Actor } from '../ticket/commands.ts'
import type { PriceOf } from '../ticket/prices.ts'
import { agentApi, type RunTicket } from './agent-api.ts'
import { egress, type Network } from './egress/egress.ts'
import { gitReader } from './git.ts'
import type { Clocks } from './model/answering.ts'
import { ledger } from './model/ledger.ts'
import { agentFor, modelProxy } from './model/proxy.ts'
import type { Upstream } from './model/upstream.ts'
import { type Parts, serveAt } from './server.ts'

/** Parts that the gateway is made of. */
export interface GatewayOptions {
  /** Program `ticket` for sandboxes: `templates/ticket-client.sh`. */
  program: string
  runTicket: RunTicket
  repo: Pick<Repo, 'serve' | 'branch'>
  /** Model's API and its credential; null: no harness needs one. */
  upstream: Upstream | null
  prices: () => PriceOf
  /** US dollars that one attempt may use; null for no limit. */
  budget: () => number | null
  /** Server tools that the model's provider may run for agents, and further betas that may be requested. */
  providerTools: () => readonly string[]
  /** Reads the exact hosts that sandboxes may reach. */
  allowedHosts: () => Promise<string[]>
  network: Network
  /** Folder for sockets, which only its owner may enter; made when it is missing. */
  folder: string
  /** Writes one line to the server's log. */
  note: (line: string) => void
  clocks: Clocks
}

/** Port at which a sandbox without a network of its own reaches the gateway: its forwarder listens there. */
export const FORWARDED_PORT = 8099

/** Gateway of a server. */
export interface Gateway extends GatewaySessions {
  /** Drops the idle connections to the model. */
  close(): void
}

/** Makes the gateway. Opening a session throws Trouble when no socket can be made. */
export function gateway(options: GatewayOptions): Gateway {
  const agent = agentFor(options.upstream)
  return {
    async open({ ticket, attempt, agent: name, reach, tell }) {
      const actor: Actor = { kind: 'agent', name, ticket, attempt }
      const { ledger: book, ...told } = seen(options, tell)
      const model = modelProxy({
        upstream: options.upstream,
        ledger: book,
        providerTools: options.providerTools,
        tell: told.tell,
        agent,
        clocks: options.clocks,
      })
      const { program, runTicket, note, upstream } = options
      const tickets = agentApi({ actor, runTicket, note, refused: told.refused('agent API') })
      const api = getRequestListener(tickets.fetch, { overrideGlobalObjects: false })
      const opened = await opening(options, {
        ...{ reach, ticket, refused: told.refused },
        paths: { agent: (asked, answer) => void api(asked, answer), model: model.take },
      })
      const modelEnv = upstream?.env(`${opened.url}/model`, opened.token) ?? {}
      return {
        ...opened.opening,
        env: {
          ...opened.opening.env,
          ...modelEnv,
          SWARM_API: `${opened.url}/agent`,
          SWARM_TOKEN: opened.token,
        },
        programs: { ticket: program },
        usage: book.usage,
        news: model.news,
        unanswered: model.unanswered,
        refused: told.count,
      }
    },
    async openGate({ reach, tell }) {
      const { refused } = seen(options, tell)
      return (await opening(options, { reach, ticket: null, refused, paths: {} })).opening
    },
    close: () => agent.destroy(),
  }
}

/** Reports and counts the events of one session. */
function seen({ prices, budget }: GatewayOptions, tell: (event: GatewayEvent) => void) {
  let count = 0
  const refused = (part: 'model' | 'egress' | 'git' | 'agent API') => (asked: string, sentence: string) =>
    counted({ type: 'refused', part, asked, sentence })
  const counted = (event: GatewayEvent) => {
    if (event.type === 'refused') count += 1
    // A flood is counted but not written down.
    if (event.type !== 'refused' || count <= MOST_TOLD) tell(event)
  }
  return { ledger: ledger(prices, budget), tell: counted, refused, count: () => count }
}

const MOST_TOLD = 200

interface Wanted {
  reach: Reach
  ticket: number | null
  refused: ReturnType<typeof seen>['refused']
  paths: Parts['paths']
}

async function opening(options: GatewayOptions, { reach, ticket, refused, paths }: Wanted) {
  // By its look: what looks like one is found in a change before it lands.
  const token = `swarm_${randomBytes(32).toString('base64url')}`
  const { repo, allowedHosts, network, note } = options
  const socketFolder = reach === 'socket' ? folderIn(options.folder) : null
  const serving = await serveAt(
    socketFolder === null ? 'loopback' : { socket: join(socketFolder, 'gateway.sock') },
    {
      ...{ token, note },
      paths: { ...paths, git: gitReader({ repo, ticket, refused: refused('git') }) },
      egress: egress({ allowed: allowedHosts, network, refused: refused('egress') }),
      strangers: refused('agent API'),
    },
  )
  const url = `http://127.0.0.1:${socketFolder === null ? serving.port : FORWARDED_PORT}`
  const env = { ...gitEnv(url, token), ...(socketFolder === null ? {} : proxyEnv(url, token)) }
  const close = async () => {
    await serving.close()
    if (socketFolder !== null) rmSync(socketFolder, { recursive: true, force: true })
  }
  return { url, token, opening: { env, programs: {}, socketFolder, close } satisfies GatewaySession }
}

/**
 * Makes a folder of its own, so that no sandbox finds another's socket in it; inside, everybody may pass. Throws
 * Trouble.
 */
function folderIn(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const own = mkdtempSync(join(folder, 'g-'))
    chmodSync(own, 0o711)
    return own
  } catch (cause) {
    const sentence = `The gateway has no folder for its socket: ${(cause as Error).message}.`
    throw new Trouble('disk', sentence, { cause })
  }
}

/** Variables that send git's token as a header, so that no URL that git writes down holds it. */
const gitEnv = (url: string, token: string) => ({
  SWARM_GIT: `${url}/git`,
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: `http.${url}/git.extraHeader`,
  GIT_CONFIG_VALUE_0: `Authorization: Bearer ${token}`,
})

/** Variables of the proxy, only for sandboxes without another way out: only then is a proxy a wall. */
function proxyEnv(url: string, token: string): Record<string, string> {
  const proxy = url.replace('://', `://swarm:${token}@`)
  const names = [
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'http_proxy',
    'https_proxy',
    'npm_config_proxy',
    'npm_config_https_proxy',
  ]
  const own = '127.0.0.1,localhost'
  return {
    ...Object.fromEntries(names.map((name) => [name, proxy])),
    ...{ NO_PROXY: own, no_proxy: own, npm_config_noproxy: own },
    // Node's own fetch goes by them only when told to.
    NODE_USE_ENV_PROXY: '1',
  }
}
