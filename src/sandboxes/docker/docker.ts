/**
 * A container for each sandbox: no network, no capability, no path of the host but the gateway's socket, everything
 * that can be written in memory, and limits on memory, processors, processes and disk. Docker, or Podman.
 */
import { hostname } from 'node:os'
import type { Packs } from '../../ports/packs.ts'
import type { Reading, Sandboxes } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'
import { enclosed } from '../enclosed.ts'
import { machine, startOf } from '../table.ts'
import { containerEnclosure, containerName, type Limits, startContainer } from './container.ts'
import type { Engine } from './engine.ts'
import { type Image, lastingImage } from './image.ts'
import { openReadings } from './readings.ts'

export interface DockerSandboxes {
  engine: Engine
  image: Image
  /** Makes the image again when it is gone. */
  renew: () => Promise<Image>
  /** Of the project: sandboxes of others are left alone. */
  mark: string
  /** Read anew for each sandbox. */
  limits: () => Limits
  /** Of a repository by its path. */
  packs: (source: string) => Packs
  /** One line for the server's log. */
  note: (line: string) => void
}

const PROJECT = 'swarm.project'
const OWNER = 'swarm.owner'
const NAME = 'swarm.name'
const MACHINE = 'swarm.machine'

export interface Containers extends Sandboxes {
  /** Ends those that are still open, all at once and in a short time; gives the names of those that are left. */
  endOpen(): Promise<string[]>
}

export function dockerSandboxes(options: DockerSandboxes): Containers {
  const { engine, mark, note } = options
  const image = lastingImage(options)
  const owner = ownerNow()
  const open = new Map<string, string>()
  const left = new Map<string, string>()
  const closers = new Map<string, () => Promise<void>>()
  const readings = openReadings(engine)
  return {
    get kind() {
      return `${engine.program.split('/').at(-1)} ${image.now().id.replace('sha256:', '').slice(0, 12)}`
    },
    reach: 'socket',
    async open(spec, signal) {
      const limits = options.limits()
      const labels = { [PROJECT]: mark, [OWNER]: owner, [MACHINE]: machine(), [NAME]: spec.name }
      if (signal.aborted) throw notWanted()
      const name = containerName(spec)
      const enclosureOf = (image: Image) => containerEnclosure({ engine, name, image, limits, note })
      let enclosure = enclosureOf(image.now())
      const remove = async () => {
        open.delete(name)
        closers.delete(name)
        left.set(name, spec.name)
        if (await enclosure.remove()) left.delete(name)
      }
      open.set(name, spec.name)
      try {
        await image.usedBy(
          (each) => startContainer({ engine, name, image: each, labels, limits, spec }),
          signal,
        )
        if (signal.aborted) throw notWanted()
      } catch (failure) {
        await remove()
        throw signal.aborted ? notWanted() : ofEngine(failure)
      }
      enclosure = enclosureOf(image.now())
      const packs = options.packs(spec.checkout.source)
      const sandbox = await enclosed({ ...enclosure, remove }, spec, packs, signal)
      closers.set(name, sandbox.close)
      return sandbox
    },
    readings: (): Promise<Reading[]> => readings(open),
    reap: () => reap(engine, mark),
    async endOpen() {
      const closing = [...closers.values()]
      const still = await endOpen(engine, mark, new Map([...open, ...left]))
      // Who waits for a program inside waits no longer. This is not waited for: it asks the engine once more.
      for (const close of closing) void close()
      return still
    },
  }
}

const notWanted = () => new Trouble('sandbox', 'The sandbox is not wanted any more.')

/** Of an engine that makes no container, whoever asks. */
const ofEngine = (failure: unknown) =>
  failure instanceof Trouble ? new Trouble('engine', failure.message, { cause: failure }) : failure

const SOON_MS = 3_000

async function endOpen(engine: Engine, mark: string, open: Map<string, string>): Promise<string[]> {
  const names = [...open.keys()]
  if (names.length === 0) return []
  await engine.ask(['rm', '--force', '--volumes', ...names], { timeoutMs: SOON_MS }).catch(() => {})
  const listing = ['ps', '--all', '--format', '{{.Names}}', '--filter', `label=${PROJECT}=${mark}`]
  const there = await engine.ask(listing, { timeoutMs: SOON_MS / 2 }).then(
    (text) => text.split('\n'),
    () => names,
  )
  return names.filter((name) => there.includes(name)).map((name) => open.get(name)!)
}

/** Which server this is: a process number alone is given out again. */
const ownerNow = () => `${hostname()}/${process.pid}/${startOf(process.pid) ?? ''}`

async function reap(engine: Engine, mark: string): Promise<number> {
  const found = await orphans(engine, mark)
  await endOrphans(engine, found)
  return found.length
}

export interface Orphan {
  id: string
  /** Of its sandbox. */
  name: string
}

interface InTime {
  /** For each question to the engine. */
  timeoutMs?: number
}

/** The project's containers whose server is dead. */
export async function orphans(engine: Engine, mark: string, inTime: InTime = {}): Promise<Orphan[]> {
  const found = await engine.ask(['ps', '--all', '--quiet', '--filter', `label=${PROJECT}=${mark}`], inTime)
  if (found === '') return []
  const label = (name: string) => `{{index .Config.Labels "${name}"}}`
  const format = `{{.Id}} ${label(OWNER)} ${label(NAME)} ${label(MACHINE)}`
  const listed = await engine.ask(['inspect', '--format', format, ...found.split('\n')], inTime)
  return listed.split('\n').flatMap((line) => {
    const [, id, host, pid, started, name, on] = /^(\S+) (.*)\/(\d+)\/(\S*) (\S*) ?(.*)$/.exec(line) ?? []
    const isOfHere = host === hostname() || (on !== '' && on === machine())
    if (id === undefined || !isOfHere || startOf(Number(pid)) === started) return []
    return [{ id, name: name! }]
  })
}

export async function endOrphans(engine: Engine, found: Orphan[], inTime: InTime = {}): Promise<void> {
  if (found.length === 0) return
  await engine.ask(['rm', '--force', '--volumes', ...found.map(({ id }) => id)], inTime)
}
