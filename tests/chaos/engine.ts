/** A socket of our own before the container engine's, so that the engine can be gone for one project alone. */
import { spawnSync } from 'node:child_process'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { markOf } from '../../src/main/project/paths.ts'
import type { Chance } from '../sim/chance.ts'
import type { Project } from './project.ts'

export interface Engine {
  /** For `DOCKER_HOST`. */
  host: string
  /** It answers nobody for a while, and what it was answering is broken off. */
  leave(ms: number): Promise<void>
  close(): void
}

const REAL = '/var/run/docker.sock'

export async function engineBehind(folder: string): Promise<Engine> {
  const path = join(folder, 'docker.sock')
  const open = new Set<Socket>()
  let server = await listen(path, open)
  const close = () => {
    server.close()
    for (const socket of open) socket.destroy()
  }
  return {
    host: `unix://${path}`,
    async leave(ms) {
      close()
      await sleep(ms)
      server = await listen(path, open)
    },
    close,
  }
}

function listen(path: string, open: Set<Socket>): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: REAL, allowHalfOpen: true })
    pass(near, far, open)
    pass(far, near, open)
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve(server))
  })
}

function pass(from: Socket, to: Socket, open: Set<Socket>): void {
  open.add(from)
  from.pipe(to)
  from.on('error', () => to.destroy())
  from.on('close', () => open.delete(from))
}

/** One of this project's containers: other projects' on this machine are none of ours. False: there was none. */
export function killContainer(project: Project, draw: Chance): boolean {
  const ids = containers(project)
  return ids.length > 0 && docker('kill', draw.pick(ids)).status === 0
}

/** As when the engine dies: it is gone for longer than its containers live. */
export async function loseEngine(engine: Engine, project: Project, ms: number): Promise<true> {
  const back = engine.leave(ms)
  const ids = containers(project)
  if (ids.length > 0) docker('kill', ...ids)
  await back
  return true
}

const docker = (...args: string[]) => spawnSync('docker', args, { encoding: 'utf8' })

const containers = ({ folder }: Project): string[] =>
  docker('ps', '--quiet', '--filter', `label=swarm.project=${markOf(folder)}`)
    .stdout.split('\n')
    .filter(Boolean)
