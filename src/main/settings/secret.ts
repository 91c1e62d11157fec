/** Secrets at the places that the settings name. Neither a secret nor its file's content is ever shown. */
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SecretPlace } from '../../settings/notify.ts'

/** Secret, or the reason why it is missing. */
export type Secret = { value: string } | { missing: string }

/** Finds a secret. Files are relative to `folder`, which is `.swarm/`, and must be readable by their owner alone. */
export function secretAt(
  place: SecretPlace,
  environment: Record<string, string | undefined>,
  folder: string,
): Secret {
  const [, kind, name = ''] = /^(env|file):(.*)$/s.exec(place) ?? []
  if (kind === 'env') {
    const value = environment[name]?.trim()
    return value ? { value } : { missing: `The variable ${name} is not set in the server's environment.` }
  }
  const path = resolve(folder, name)
  try {
    const { mode } = statSync(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      return { missing: `Other users can read ${name}. Run chmod 600 on it first.` }
    const value = readFileSync(path, 'utf8').trim()
    return value === '' ? { missing: `${name} is empty.` } : { value }
  } catch {
    return { missing: `${name} cannot be read.` }
  }
}
