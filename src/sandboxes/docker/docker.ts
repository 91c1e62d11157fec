/**
 * A container for each sandbox: no network, no capability, no path of the host but the gateway's socket, everything
 * that can be written in memory, and limits on memory, processors, processes and disk. Docker, or Podman.
 */
import { hostname } from 'node:os'
import type { Packs } from '../../ports/packs.ts'
import type { Reading, Sandboxes } from '../../ports/sandbox.ts'
import { enclosed } from '../enclosed.ts'
import { startOf } from '../table.ts'
import { containerEnclosure, type Limits, startContainer } from './container.ts'
import type { Engine } from './engine.ts'
import type { Image } from './image.ts'
import { openReadings } from './readings.ts'

export interface DockerSandboxes {
  engine: Engine
  image: Image
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

export function dockerSandboxes(options: DockerSandboxes): Sandboxes {
  const { engine, image, mark, note } = options
  const owner = ownerNow()
  const open = new Map<string, string>()
  const readings = openReadings(engine)
  return {
    kind: `${engine.program.split('/').at(-1)} ${image.id.replace('sha256:', '').slice(0, 12)}`,
    reach: 'socket',
    async open(spec, signal) {
      const limits = options.limits()
      const labels = { [PROJECT]: mark, [OWNER]: owner, [NAME]: spec.name }
      const name = await startContainer({ engine, image, labels, limits, spec }, signal)
      open.set(name, spec.name)
      const enclosure = containerEnclosure({ engine, name, image, limits, note })
      const remove = async () => {
        open.delete(name)
        await enclosure.remove()
      }
      return enclosed({ ...enclosure, remove }, spec, options.packs(spec.checkout.source), signal)
    },
    readings: (): Promise<Reading[]> => readings(open),
    reap: () => reap(engine, mark),
  }
}

/** Which server this is: a process number alone is given out again. */
const ownerNow = () => `${hostname()}/${process.pid}/${startOf(process.pid) ?? ''}`

async function reap(engine: Engine, mark: string): Promise<number> {
  const found = await engine.ask(['ps', '--all', '--quiet', '--filter', `label=${PROJECT}=${mark}`])
  if (found === '') return 0
  const format = `{{.Id}} {{index .Config.Labels "${OWNER}"}}`
  const listed = await engine.ask(['inspect', '--format', format, ...found.split('\n')])
  const orphans = listed.split('\n').flatMap((line) => {
    const [, id, host, pid, started] = /^(\S+) (.*)\/(\d+)\/(\S*)$/.exec(line) ?? []
    if (id === undefined || host !== hostname() || startOf(Number(pid)) === started) return []
    return [id]
  })
  if (orphans.length > 0) await engine.ask(['rm', '--force', '--volumes', ...orphans])
  return orphans.length
}
