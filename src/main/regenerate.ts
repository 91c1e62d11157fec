/** `swarm regenerate`: the image of the sandboxes, built from nothing. */
import { readSettings } from './config.ts'
import { buildImage, engineFor } from './containers.ts'
import type { Site } from './ground.ts'

/** Gives what was built; null where sandboxes have no image. */
export async function regenerate(
  site: Pick<Site, 'places' | 'environment' | 'progress' | 'signal'>,
): Promise<string | null> {
  const { settings } = readSettings({ flags: {}, environment: site.environment, file: site.places.config })
  if (settings.sandbox === 'process' || settings.sandbox === 'bubblewrap') return null
  const { engine } = await engineFor(settings.sandbox === 'podman' ? 'podman' : 'docker', site.environment)
  const image = await buildImage({ ...site, settings: () => settings, note: () => {} }, engine, {
    anew: true,
  })
  return image.id
}
