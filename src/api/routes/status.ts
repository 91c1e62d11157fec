/** Status of the swarm, on one page. */

import type { AgentState } from '../../life/agents/agents.ts'
import { zoneOf } from '../../life/limits/costs.ts'
import type { Paused } from '../../life/limits/may-claim.ts'
import { pausesOf } from '../../life/limits/pauses.ts'
import { sandboxName } from '../../life/names.ts'
import type { MergeQueueState } from '../../life/run.ts'
import { VERDICTS } from '../../ports/attempts.ts'
import type { Reading } from '../../ports/sandbox.ts'
import type { Reads } from '../../ports/store.ts'
import type { Census } from '../../ticket/census.ts'
import { clockTime } from '../../ticket/due.ts'
import { WHYS } from '../../ticket/idle.ts'
import { PHASES, type Phase, ticketJson } from '../../ticket/json.ts'
import { CAUSES, longest } from '../../ticket/pauses.ts'
import { type Unanswered, unansweredSentence } from '../../ticket/unanswered.ts'
import { idleOf } from '../idle.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import type { ApiServer, ServerInfo } from '../server.ts'
import { together } from '../together.ts'
import { verdictOf } from '../verdicts.ts'

const time = z.number().int()
const count = z.number().int()

const StatusSchema = z
  .object({
    project: z.object({ path: z.string(), name: z.string() }),
    branch: z.string().nullable(),
    tip: z
      .object({
        commit: z.string(),
        subject: z.string(),
        at: time,
        verdict: z.enum(VERDICTS).nullable(),
      })
      .nullable(),
    server: z
      .object({
        pid: z.number().int(),
        port: z.number().int(),
        started_at: time,
        version: z.string(),
        build: z.string().describe('Names the build of the program among all of that version'),
        installed: z
          .object({ version: z.string(), build: z.string() })
          .nullable()
          .describe('What is installed now where the server was started from; null when nothing is'),
        sandbox: z.object({ kind: z.string(), why: z.string() }),
      })
      .nullable()
      .describe('Null when no server runs'),
    agents: z.array(
      z.object({
        name: z.string(),
        ticket_id: z.number().int().nullable(),
        title: z.string().nullable().describe('Of its ticket'),
        attempt: z.number().int().nullable(),
        phase: z.enum(PHASES).nullable(),
        since: time.nullable(),
        leaving: z.boolean(),
        limit_wait: z
          .object({ until: time.nullable() })
          .nullable()
          .describe('While it waits in its sandbox for the end of a usage limit; null when it does not'),
        unanswered: z
          .object({
            requests: count.describe('In a row'),
            gave: z.array(z.number().int().nullable()).describe('HTTP statuses; null: nothing came'),
            since: time,
            sentence: z.string(),
          })
          .nullable()
          .describe('What its model gives instead of answers while it should work; null while it answers'),
        cpu_percent: z.number().nullable().describe('Of its sandbox; 100 is one core, null when not known'),
        memory_bytes: z.number().nullable(),
      }),
    ),
    idle: z
      .object({
        agents: count,
        why: z.enum(WHYS),
        sentence: z.string(),
      })
      .nullable()
      .describe('Why agents have no ticket; null when each has one, or there is one for it by now'),
    counts: z.object({
      open: count,
      in_progress: count,
      ready: count,
      done: count,
      blocked: count,
      needs_person: count,
      claimable: count,
    }),
    merge_queue: z.object({
      queued: count,
      now: z
        .object({
          ticket_id: z.number().int(),
          title: z.string().nullable(),
          attempt: z.number().int(),
          doing: z.enum(['merging', 'verifying']),
          since: time,
        })
        .nullable(),
    }),
    paused: z
      .object({
        cause: z.enum([...CAUSES, 'disk']),
        reason: z.string(),
        since: time,
        until: time.nullable().describe('Null: until a person acts, or there is room'),
        ticket_id: z.number().int().nullable().describe('The ticket that asks a person about it'),
      })
      .nullable()
      .describe('Why nobody claims anything; null when they do'),
  })
  .openapi('Status')

export const getStatus = createRoute({
  method: 'get',
  path: '/api/status',
  summary: 'Where the swarm stands',
  responses: answers(StatusSchema, 'The state of everything'),
})

/** Makes the route of the status. One answer serves everybody who asks at the same time. */
export function status(server: ApiServer) {
  const app = resource()
  const { records } = server

  const answer = together(async () => {
    const { running } = server
    const info = server.info()
    const readings = await server.readings()
    const queued = await records.store.landings({ status: 'queued' })
    const pauses = await pausesOf(records.store, records.clock.now())
    // Where the settings hold a mistake, and no server runs, nobody knows it.
    const zone = () => zoneOf(server.values().timeZone)
    const limit = pauses.find(({ cause }) => cause === 'usage limit')?.until ?? null
    return {
      project: server.project,
      branch: server.world?.repo.branch ?? null,
      tip: await tip(server),
      server: info && serverJson(info),
      agents: await Promise.all(
        (running?.agents() ?? []).map((agent) => agentJson(records.store, agent, { readings, limit, zone })),
      ),
      idle: await idleOf(records, running),
      counts: countsJson(await records.store.census(records.clock.now())),
      merge_queue: {
        queued: queued.length,
        now: running ? await mergeQueueNow(records.store, running.mergeQueue().now) : null,
      },
      paused: pauseJson(running ? await running.paused() : longest(pauses)),
    }
  })
  app.openapi(getStatus, async (c) => c.json(await answer(), 200))

  return app
}

async function tip({ world, records }: ApiServer) {
  if (!world) return null
  const { commit, subject, tree, at } = await world.repo.tip()
  const receipt = await verdictOf(records.store, tree)
  return { commit, subject, at: at * 1000, verdict: receipt?.verdict ?? null }
}

const serverJson = ({ pid, port, startedAt, version, build, installed, sandbox }: ServerInfo) => ({
  pid,
  port,
  started_at: startedAt,
  version,
  build,
  installed,
  sandbox,
})

/** Facts for all agents; `limit`: the end of the account's usage limit, `zone`: for the times in sentences. */
interface Around {
  readings: Reading[]
  limit: number | null
  zone: () => string
}

/** Phases, each with whether an agent waits for the model in it, so that a silence of the model holds it up. */
const ASKS_THE_MODEL: Record<Phase, boolean> = {
  preparing: false,
  working: true,
  verifying: false,
  queued: false,
}

async function agentJson(
  store: Reads,
  { ticket: id, waitsForLimit, unanswered, ...agent }: AgentState,
  { readings, limit, zone }: Around,
) {
  const ticket = id === null ? null : await store.ticket(id)
  const own = readings.find(({ name }) => name === sandboxName(id, agent.attempt))
  const phase = ticket && ticketJson(ticket).phase
  const isSilent = unanswered !== null && phase !== null && ASKS_THE_MODEL[phase] && !waitsForLimit
  return {
    ...agent,
    limit_wait: waitsForLimit ? { until: limit } : null,
    unanswered: isSilent ? unansweredJson(unanswered, zone()) : null,
    ticket_id: id,
    title: ticket?.title ?? null,
    phase,
    cpu_percent: own?.cpuPercent ?? null,
    memory_bytes: own?.memoryBytes ?? null,
  }
}

const unansweredJson = (unanswered: Unanswered, zone: string) => ({
  ...unanswered,
  sentence: unansweredSentence(unanswered, (at) => clockTime(at, zone)),
})

function pauseJson(pause: Paused | null) {
  if (!pause) return null
  const { cause, reason, since, until, ticket } = pause
  return { cause, reason, since, until, ticket_id: ticket }
}

async function mergeQueueNow(store: Reads, now: MergeQueueState['now']) {
  if (!now) return null
  const { ticket, ...limit_wait } = now
  return { ...limit_wait, ticket_id: ticket, title: (await store.ticket(ticket))?.title ?? null }
}

const countsJson = ({ open, inProgress, ready, done, blocked, needsPerson, claimable }: Census) => ({
  ...{ open, in_progress: inProgress, ready, done, blocked, needs_person: needsPerson, claimable },
})
