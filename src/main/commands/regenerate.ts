/** `swarm regenerate`: the image of the sandboxes, built from nothing. */

import { Trouble } from '../../ports/trouble.ts'
import type { Engine } from '../../sandboxes/docker/engine.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Environment } from '../machine/environment.ts'
import { buildImage, engineFor } from '../sandbox/containers.ts'
import type { Site } from '../sandbox/setup.ts'
import { readSettings } from '../settings/read.ts'

/** Rebuilds the image and gives its id; null where sandboxes have no image. Throws Trouble when the build fails. */
export async function regenerate(
  site: Pick<Site, 'paths' | 'environment' | 'progress' | 'signal'>,
): Promise<string | null> {
  const { settings } = readSettings({ flags: {}, environment: site.environment, file: site.paths.config })
  if (settings.sandbox === 'process' || settings.sandbox === 'bubblewrap') return null
  const engine = await engineThatBuilds(settings.sandbox, site.environment)
  if (engine === null) return null
  const image = await buildImage({ ...site, settings: () => settings, note: () => {} }, engine, {
    anew: true,
  })
  return image.id
}

/** Finds the engine; null where none is installed and none is named in the settings. */
async function engineThatBuilds(
  sandbox: Settings['sandbox'],
  environment: Environment,
): Promise<Engine | null> {
  const program = sandbox === 'podman' ? 'podman' : 'docker'
  try {
    return (await engineFor(program, environment)).engine
  } catch (failure) {
    if (sandbox === 'auto' && failure instanceof Trouble && failure.code === 'missing program') return null
    throw failure
  }
}
