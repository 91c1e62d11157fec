/** Sandboxes in containers: the engine, the project's image, and the line about their limits. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { Trouble } from '../../ports/trouble.ts'
import { dockerSandboxes } from '../../sandboxes/docker/docker.ts'
import { type Engine, engineOf } from '../../sandboxes/docker/engine.ts'
import { type Image, imageOf, type Recipe } from '../../sandboxes/docker/image.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Environment } from '../machine/environment.ts'
import { besideTemplates, template } from '../machine/templates.ts'
import { markOf, type ProjectPaths } from '../project/paths.ts'
import { scratchOf } from '../project/working.ts'
import { HARNESSES } from './harness.ts'
import type { Chosen, Site } from './setup.ts'
import { warmPacks } from './warm-packs.ts'

/** Sets up container sandboxes; builds the image when it is missing. Throws Trouble. */
export async function containers(site: Site, packsIn: string, { engine, machine }: Found): Promise<Chosen> {
  const { paths, environment, settings, note, signal } = site
  // As it is now: what it is made from may be gone, or another version's, when the image must be made again.
  const recipe = recipeFor(site)
  const make = () => imageFrom(recipe, site, engine, { anew: false })
  const image = await make()
  const packs = warmPacks(packsIn, environment)
  const limits = () => {
    const { memoryMb, diskMb, cpus, pids } = settings()
    return { memoryMb, diskMb, pids, cpus: Math.min(cpus, machine.cpus) }
  }
  signal.throwIfAborted()
  const mark = markOf(paths.root)
  const sandboxes = dockerSandboxes({ engine, image, renew: make, mark, limits, packs: packs.of, note })
  return {
    sandboxes,
    endOpen: sandboxes.endOpen,
    why: whyOf(engine.program, machine, limits()),
    programs: {
      ...{ node: 'node', scripted: '/opt/swarm/scripted-agent.cjs' },
      harness: HARNESSES[settings().harness].program?.image.program ?? null,
    },
    clear: packs.clear,
  }
}

/** Builds the image of the sandboxes, when its inputs have changed or `anew` says so. Throws Trouble. */
export async function buildImage(
  site: Omit<Site, 'environment'>,
  engine: Engine,
  { anew }: { anew: boolean },
): Promise<Image> {
  return imageFrom(recipeFor(site), site, engine, { anew })
}

/** Recipe of the image for the project's sandboxes. */
export function recipeFor({ paths, settings }: Pick<Site, 'paths' | 'settings'>): Recipe {
  const { harness, image: from } = settings()
  return recipeOf(paths, { harness, from })
}

async function imageFrom(
  recipe: Recipe,
  { paths, note, progress, signal }: Omit<Site, 'environment' | 'settings'>,
  engine: Engine,
  { anew }: { anew: boolean },
): Promise<Image> {
  const onLine = (line: string) => {
    note(`image: ${line}`)
    if (/^(Building|Step \d|STEP \d|#\d+ \[)/.test(line)) progress(line)
  }
  return imageOf(engine, recipe, {
    ...{ anew, onLine, signal, folder: scratchOf(paths) },
  })
}

function recipeOf(
  { name, root, setup }: ProjectPaths,
  { harness, from }: { harness: Settings['harness']; from: string },
): Recipe {
  const lines = HARNESSES[harness].program?.image.lines ?? ''
  const Dockerfile = template('Dockerfile').replace('# {{harness}}', () => lines)
  return {
    name: `swarm-${name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')}-${markOf(root).slice(0, 8)}`,
    from,
    files: {
      Dockerfile,
      'project-setup.sh': existsSync(setup) ? readFileSync(setup) : '',
      'forward.cjs': template('forward.cjs'),
      'scripted-agent.cjs': readFileSync(besideTemplates('scripted-agent.cjs')),
    },
  }
}

/** Machine of an engine. */
export interface Machine {
  version: string
  cpus: number
  /** Folder of the engine's images and containers, as it names it; null when it does not. */
  folder: string | null
  /** Limits that the engine cannot enforce. */
  unlimited: string[]
}

/** Engine that answers, and its machine. */
export interface Found {
  engine: Engine
  machine: Machine
}

/** Facts in the words of Docker, and of Podman. */
const INFO = z.union([
  z
    .object({
      ServerVersion: z.string().min(1),
      OSType: z.literal('linux', { error: 'it runs no Linux containers' }),
      NCPU: z.number(),
      DockerRootDir: z.string().optional(),
      MemoryLimit: z.boolean().optional(),
      PidsLimit: z.boolean().optional(),
      CpuCfsQuota: z.boolean().optional(),
    })
    .transform(({ ServerVersion, NCPU, DockerRootDir, MemoryLimit, PidsLimit, CpuCfsQuota }): Machine => {
      const missing = { memory: MemoryLimit, processes: PidsLimit, processors: CpuCfsQuota }
      const unlimited = Object.entries(missing).flatMap(([what, has]) => (has === false ? [what] : []))
      return { version: ServerVersion, cpus: NCPU, folder: DockerRootDir ?? null, unlimited }
    }),
  z
    .object({
      host: z.object({ cpus: z.number() }),
      store: z.object({ graphRoot: z.string().optional() }).optional(),
      version: z.object({ Version: z.string() }),
    })
    .transform(
      ({ version, host, store }): Machine => ({
        version: version.Version,
        cpus: host.cpus,
        folder: store?.graphRoot ?? null,
        unlimited: [],
      }),
    ),
])

const PASSED =
  /^(PATH|HOME|TMPDIR|DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS|TLS_VERIFY|BUILDKIT|API_VERSION)|CONTAINER_HOST|CONTAINERS_.*|XDG_RUNTIME_DIR|SSH_AUTH_SOCK)$/

/** Makes the client of an engine, without calling it. */
export function engineNamed(program: 'docker' | 'podman', environment: Environment): Engine {
  const passed = Object.entries(environment).flatMap(([name, value]) =>
    PASSED.test(name) && value !== undefined ? [[name, value] as const] : [],
  )
  return engineOf({ program, env: Object.fromEntries(passed) })
}

/** Calls the engine; throws Trouble, with a sentence, when it does not answer. */
export async function engineFor(program: 'docker' | 'podman', environment: Environment): Promise<Found> {
  const engine = await onThisMachine(engineNamed(program, environment))
  const told = await engine.ask(['info', '--format', '{{json .}}'], { timeoutMs: 20_000 })
  const parsed = INFO.safeParse(JSON.parse(told))
  if (parsed.success) return { engine, machine: parsed.data }
  throw new Trouble('sandbox', `The ${program} engine does not answer as expected; see: ${program} info.`, {
    retryable: false,
  })
}

/**
 * Fixes the engine to its present address: a context that changes while a server runs moves no sandbox. Throws Trouble
 * when it is on another machine.
 */
async function onThisMachine(engine: Engine): Promise<Engine> {
  const { DOCKER_HOST = '', CONTAINER_HOST = '' } = engine.env
  const isDocker = engine.program === 'docker'
  const asked = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']
  const host = isDocker
    ? await engine.ask(asked, { timeoutMs: 20_000 }).then(
        (told) => told || DOCKER_HOST,
        () => DOCKER_HOST,
      )
    : CONTAINER_HOST
  if (isElsewhere(host)) throw new Trouble('sandbox', elsewhere(engine.program, host), { retryable: false })
  return isDocker && host.startsWith('unix://')
    ? engineOf({ ...engine, env: { ...engine.env, DOCKER_HOST: host } })
    : engine
}

const isElsewhere = (host: string) =>
  /^(ssh|tcp|https?):\/\//.test(host) &&
  !/^\w+:\/\/([^/]*@)?(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/.test(host)

const elsewhere = (program: string, host: string) =>
  `The ${program} engine is on another machine (${host}), from which sandboxes cannot reach the gateway here. Name one of this machine: ${
    program === 'docker' ? 'unset DOCKER_HOST, or docker context use default' : 'unset CONTAINER_HOST'
  }.`

interface Limited {
  memoryMb: number
  cpus: number
  pids: number
}

function whyOf(program: string, { version, unlimited }: Machine, { memoryMb, cpus, pids }: Limited): string {
  const limits = `each with ${memoryMb} MB of memory, ${cpus} CPUs and ${pids} processes`
  const lacks = unlimited.length > 0 ? `; this engine cannot limit ${unlimited.join(', ')}` : ''
  const name = program === 'docker' ? 'Docker' : 'Podman'
  return `since ${name} ${version} answers: containers without a network, ${limits}${lacks}`
}
