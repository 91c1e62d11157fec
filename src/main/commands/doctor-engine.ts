/** Checks of `swarm doctor` on the container engine and on the images that sandboxes are made from. */
import type { Check } from '../../cli/swarm/host/machine.ts'
import { Trouble } from '../../ports/trouble.ts'
import { imageThere } from '../../sandboxes/docker/image.ts'
import type { Settings } from '../../settings/settings.ts'
import { lackOf } from '../machine/disk.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { findServer } from '../project/record.ts'
import { engineFor, type Found, recipeFor } from '../sandbox/containers.ts'

interface Asked {
  /** Project; null outside of any. */
  paths: ProjectPaths | null
  environment: Environment
  settings: Settings
}

type Row = Omit<Check, 'name'>

const programOf = ({ sandbox }: Settings) => (sandbox === 'podman' ? 'podman' : 'docker')

/** Checks that the engine answers, is on this machine, and has room. */
export async function engineRow({ environment, settings }: Asked): Promise<Row> {
  const program = programOf(settings)
  const found = await answerOf(program, environment)
  if (found instanceof Trouble)
    return {
      state: 'doubtful',
      found: found.message,
      advice: `Start ${program}, or install it; containers isolate best.`,
    }
  const { version, folder } = found.machine
  const free = folder === null ? null : await lackOf(folder, settings.minFree)
  if (free === null) return { state: 'good', found: `${program} ${version}`, advice: null }
  return {
    state: 'wrong',
    found: `only ${free} MiB are free for ${folder}, where ${program} keeps images and containers`,
    advice: `Make room, such as by: ${program} system prune`,
  }
}

/** Checks that the image of the sandboxes exists, or else its base image. */
export async function imageRow({ paths, environment, settings }: Asked): Promise<Row> {
  const program = programOf(settings)
  const found = await answerOf(program, environment)
  if (found instanceof Trouble) return { state: 'good', found: 'not needed: no engine answers', advice: null }
  const { engine } = found
  const own = paths && (await imageThere(engine, recipeFor({ paths, settings: () => settings })))
  if (own === null && paths !== null && findServer(paths) !== null)
    return {
      state: 'doubtful',
      found: 'the sandbox image is missing',
      advice: 'The next sandbox rebuilds it. To rebuild it now: swarm regenerate',
    }
  const inspect = ['image', 'inspect', '--format', '{{.Id}}', settings.image]
  const isThere =
    own !== null || (await engine.ask(inspect, { timeoutMs: 20_000 }).catch(() => null)) !== null
  if (isThere) return { state: 'good', found: settings.image, advice: null }
  return {
    state: 'doubtful',
    found: `${settings.image} is not on this machine`,
    advice: `The first start pulls it. To pull it now: ${program} pull ${settings.image}`,
  }
}

async function answerOf(program: 'docker' | 'podman', environment: Environment): Promise<Found | Trouble> {
  return engineFor(program, environment).catch((failure) => {
    if (failure instanceof Trouble) return failure
    throw failure
  })
}
