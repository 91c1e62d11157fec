/**
 * Container for each sandbox: no network, no capability, no path of the host but the gateway's socket, everything
 * writable in memory, and limits on memory, processors, processes and disk. Docker, or Podman.
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

/** Parts that container sandboxes are made of. */
export interface DockerSandboxes {
  engine: Engine
  image: Image
  /** Rebuilds the image when it is gone. */
  renew: () => Promise<Image>
  /** Mark of the project: sandboxes of other projects are left alone. */
  mark: string
  /** Reads the limits anew for each sandbox. */
  limits: () => Limits
  /** Gives the packs of a repository by its path. */
  packs: (source: string) => Packs
  /** Writes one line to the server's log. */
  note: (line: string) => void
}

const PROJECT = 'swarm.project'
const OWNER = 'swarm.owner'
const NAME = 'swarm.name'
const MACHINE = 'swarm.machine'

/** Sandboxes of a container engine. */
export interface Containers extends Sandboxes {
  /** Ends all open containers at once and in a short time; gives the names of those that remain. */
  endOpen(): Promise<string[]>
}

/** Makes the sandboxes of a project. Opening one throws Trouble: `engine` when no container can be made at all. */
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

const notWanted = () => new Trouble('sandbox', 'The sandbox is no longer needed.')

/** Marks trouble as the engine's: no container can be made for anybody. */
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

/** Identity of this server: a process id alone is reused. */
const ownerNow = () => `${hostname()}/${process.pid}/${startOf(process.pid) ?? ''}`

async function reap(engine: Engine, mark: string): Promise<number> {
  const found = await orphans(engine, mark)
  await endOrphans(engine, found)
  return found.length
}

/** Container whose server is dead. */
export interface Orphan {
  id: string
  /** Name of its sandbox. */
  name: string
}

interface InTime {
  /** Milliseconds for each call of the engine. */
  timeoutMs?: number
}

/** Finds the project's containers whose server is dead. */
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

/** Removes orphaned containers with their volumes. Throws Trouble when the engine fails. */
export async function endOrphans(engine: Engine, found: Orphan[], inTime: InTime = {}): Promise<void> {
  if (found.length === 0) return
  await engine.ask(['rm', '--force', '--volumes', ...found.map(({ id }) => id)], inTime)
}
