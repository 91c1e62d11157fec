/** Server of a project: agents, merge queue and API in one process. */
import { dirname } from 'node:path'
import { client } from '../../api/client.ts'
import type { Listening } from '../../api/listen.ts'
import type { Build } from '../../api/server.ts'
import type { Started } from '../../cli/swarm/host/server.ts'
import { openPackageCache } from '../../life/agents/package-cache.ts'
import { START } from '../../life/names.ts'
import { type Running, run } from '../../life/run.ts'
import type { World } from '../../ports/world.ts'
import type { Settings } from '../../settings/settings.ts'
import { fileArchives } from '../../stores/files/archives.ts'
import { Refused } from '../../ticket/refused.ts'
import { build, installedBuild } from '../machine/build.ts'
import { clock } from '../machine/clock.ts'
import { shortageOf } from '../machine/disk.ts'
import type { Environment } from '../machine/environment.ts'
import { template } from '../machine/templates.ts'
import { watched } from '../machine/watched.ts'
import { linksOf, postOf } from '../notices/addresses.ts'
import { backUpNow, listBackups } from '../project/backups.ts'
import { rememberBeginning } from '../project/identity.ts'
import { type Lock, takeLock } from '../project/lock.ts'
import { type Log, logFile } from '../project/log-file.ts'
import { type Opened, openProject } from '../project/open.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { removeOwnRecord, removeRecord, tokenOf, writeRecord } from '../project/record.ts'
import { distrust } from '../project/trust.ts'
import { gatewayFor } from '../sandbox/gateway.ts'
import { harnessOf } from '../sandbox/harness.ts'
import { sandboxSetupFor } from '../sandbox/sandboxes.ts'
import type { SandboxSetup } from '../sandbox/setup.ts'
import { settingsInForce } from '../settings/list.ts'
import { asFlags, type Configured, liveSettings, readSettings, renewSchema } from '../settings/read.ts'
import { apiParts } from './api-parts.ts'
import { failing } from './failpoints.ts'
import { backUpBeside, backUpHourly, type Keeper } from './hourly.ts'
import { openWeb } from './web.ts'

/** Parameters of a server. */
export interface Serving {
  paths: ProjectPaths
  flags: Record<string, string>
  environment: Environment
  log: Log
  /** Path of the program `swarm`. */
  program: string
  /** Signal to stop. */
  signal: AbortSignal
  ready: (started: Started) => void
  /** Shows one line to the person who waits for the start. */
  progress: (line: string) => void
}

/**
 * Serves until stopped: `asked`, or because the file of its lock was lost, which would let another server run beside
 * it. Only one runs per project: the lock is held all the while. Throws Refused or Trouble when it cannot start.
 */
export async function serve(serving: Serving): Promise<'asked' | 'lock lost'> {
  const { paths, environment } = serving
  const lock = takeLock(paths.lock)
  if (lock === null) throw new Refused('Swarm runs here already. See it: swarm status.')
  try {
    removeRecord(paths)
    const opened = await openProject(paths, environment)
    try {
      await mustTrust(serving, opened)
      await rememberProject(opened)
      await serveOpened(serving, opened, lock)
    } finally {
      await opened.close()
    }
    return lock.lost() === null ? 'asked' : 'lock lost'
  } finally {
    removeOwnRecord(paths)
    lock.release()
  }
}

async function serveOpened(serving: Serving, given: Opened, lock: Lock): Promise<void> {
  const { paths, flags, environment, log } = serving
  const installed = installedBuild()
  const sources = { flags, environment, file: paths.config }
  renewSchema(paths.schema, template('config.schema.json'))
  const configured = readSettings(sources)
  const settings = liveSettings(sources, log.note)
  const { progress, signal } = serving
  const safe = await sandboxSetupFor({ paths, environment, settings, note: log.note, progress, signal })
  const { sandboxes, ...opened } = failing({ ...given, sandboxes: safe.sandboxes }, environment)
  const setup = { ...safe, sandboxes }
  const { harness, found } = await harnessOf(settings, environment, setup.programs)
  const stopping = new AbortController()
  const at = { port: 0, startedAt: clock.now(), running: null as Running | null }
  const sandbox = { kind: setup.sandboxes.kind, why: setup.why }
  const links = linksOf(paths, settings)
  const url = () => `http://127.0.0.1:${at.port}`
  const post = postOf({ paths, environment, settings, links, store: given.store, url })
  const parts = apiParts({
    paths,
    opened,
    values: settings,
    post,
    links,
    token: tokenOf(paths),
    settings: () => settingsInForce(sources, configured.settings),
    note: log.note,
    running: () => at.running,
    info: () => ({
      ...{ pid: process.pid, port: at.port, startedAt: at.startedAt, ...build },
      ...{ installed: installed(), sandbox },
    }),
    stop: () => stopping.abort(),
    readings: () => setup.sandboxes.readings(),
  })
  const gateway = gatewayFor({
    ...{ opened, settings, found, scratch: setup.scratch, note: log.note },
    ran: () => at.running?.wake(),
  })
  const archives = fileArchives(paths.packages, 3)
  const cache = openPackageCache({ ...opened, sandboxes, gateway, settings, archives, clock, note: log.note })
  const inside = { ...setup, sandboxes: cache.sandboxes }
  const web = await openWeb(parts, configured)
  at.port = web.port
  try {
    writeRecord(paths, {
      ...{ pid: process.pid, port: at.port, startedAt: at.startedAt, version: build.version },
      ...{ sandbox: sandbox.kind.split(' ')[0]!, flags: asFlags(sources) },
    })
    at.running = await run(worldOf({ opened, setup: inside, harness, settings, gateway, post }, paths, log))
    log.note(`swarm ${build.version} runs at ${web.url}`)
    serving.ready(await startedOf(web, configured, { token: parts.token, sandbox, found: at.running.found }))
    const over = AbortSignal.any([serving.signal, stopping.signal])
    const backingUp = backUpHourly(keeperOf(serving, installed), over)
    const watched = { paths, opened, settings, running: at.running, lock, note: log.note }
    await untilStopped(watched, over).finally(() => stopping.abort())
    log.note('stopping: tickets under way are handed back')
    await backingUp
  } finally {
    await shutDown({ work: [() => at.running?.stop(), cache.close], setup, web, log })
    gateway.close()
    setup.clear()
  }
}

async function mustTrust({ paths, environment }: Serving, { repo }: Opened): Promise<void> {
  const path = environment.PATH ? { searchPath: environment.PATH } : {}
  const suspicion = await distrust(paths, repo.branch, path)
  if (suspicion !== null) throw new Refused(suspicion)
}

/** Writes down where the swarm began, so that every later backup tells of which project it is. */
async function rememberProject({ repo, store }: Opened): Promise<void> {
  const began = await repo.find(START)
  if (began) await rememberBeginning(store, began.commit)
}

/**
 * Makes the keeper of backups. It runs the program for them while that is the one that was started. What has taken its
 * place may know other tickets than these, so the server makes them itself then.
 */
const keeperOf = ({ paths, program, log }: Serving, installed: () => Build | null): Keeper => ({
  clock,
  newest: () => listBackups(paths)[0]?.at ?? null,
  backUp: (signal) =>
    installed()?.build === build.build
      ? backUpBeside(program, paths.root)(signal)
      : backUpNow(paths).then(() => {}),
  note: log.note,
})

type Made = Pick<World, 'harness' | 'settings' | 'gateway' | 'post'> & { opened: Opened; setup: SandboxSetup }

function worldOf({ opened, setup, ...made }: Made, paths: ProjectPaths, log: Log): World {
  const file = logFile(paths.gateLog)
  return {
    ...opened,
    ...made,
    sandboxes: setup.sandboxes,
    scratch: setup.scratch,
    random: Math.random,
    diskShortage: shortageOf([paths.own, ...setup.folders], made.settings),
    manual: template('manual.md'),
    proposingManual: template('propose.md'),
    note: log.note,
    gateLog: (line) => file.write(`${line}\n`),
  }
}

async function startedOf(
  { url, port }: Listening,
  { settings }: Configured,
  { token, ...rest }: { token: string } & Pick<Started, 'sandbox' | 'found'>,
): Promise<Started> {
  const login = await client({ baseUrl: url, token, fetch }).loginLink()
  const insteadOf = settings.port === 0 || settings.port === port ? null : settings.port
  const { agents, harness } = settings
  return { already: false, pid: process.pid, url, login: login.url, agents, harness, insteadOf, ...rest }
}

/** Milliseconds between looks for changed settings, and for the store where the disk reports no changes. */
const LOOK_MS = 250
/** Milliseconds of changes that are handled at once. */
const GAP_MS = 10

interface Watched {
  paths: ProjectPaths
  opened: Opened
  settings: () => Settings
  running: Running
  lock: Lock
  note: (line: string) => void
}

async function untilStopped(
  { paths, opened, settings, running, lock, note }: Watched,
  signal: AbortSignal,
): Promise<void> {
  let seen = await opened.store.version()
  let { agents } = settings()
  // Another process, such as `ticket`, writes to the store's files; it is to be on screens within 100 ms.
  const folder = watched(dirname(paths.tickets))
  try {
    while (!signal.aborted) {
      await folder.changed(LOOK_MS, signal)
      await clock.sleep(GAP_MS, signal)
      const lost = lock.lost()
      if (lost !== null)
        return note(
          `${paths.lock} ${lost}: this server ends, since another one could run beside it. Start again: swarm start`,
        )
      if (settings().agents !== agents) {
        agents = settings().agents
        running.scale(agents)
      }
      const version = await opened.store.version()
      if (version === seen) continue
      seen = version
      opened.changed()
      running.wake()
    }
  } finally {
    folder.close()
  }
}

interface Ending {
  work: (() => Promise<void> | undefined)[]
  setup: SandboxSetup
  web: Listening
  log: Log
}

/** Milliseconds to end; slower work is ended with its sandbox, and gets a moment to give its ticket back. */
const GRACE_MS = 5000
const MOMENT_MS = 1500

async function shutDown({ work, setup, web, log }: Ending): Promise<void> {
  const ended = Promise.all(work.map((end) => end()))
  const isOverdue = !(await within(GRACE_MS, ended))
  const left = await setup.endOpen()
  if (left.length > 0)
    log.note(`left: ${left.join(', ')}, which could not be ended. The next start ends them`)
  if (isOverdue) log.note(`what did not end within ${GRACE_MS / 1000} s was ended with its sandbox`)
  if (isOverdue && !(await within(MOMENT_MS, ended)))
    log.note('an attempt did not end. The next start returns its ticket')
  await web.close()
  log.note('stopped')
}

async function within(ms: number, done: Promise<unknown>): Promise<boolean> {
  const over = new AbortController()
  const late = clock.sleep(ms, over.signal).then(() => false)
  const isDone = await Promise.race([done.then(() => true), late])
  over.abort()
  return isDone
}
