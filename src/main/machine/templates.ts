/** Folder of templates that comes with the program, in the build as in the sources. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Trouble } from '../../ports/trouble.ts'

/** Reads a template. */
export const template = (name: string): string => readFileSync(templatePath(name), 'utf8')

/** Path of a template. */
export const templatePath = (name: string): string => join(folder(), name)

/** Path of a file of the build beside the templates, such as the scripted agent's program. */
export const besideTemplates = (name: string): string => join(dirname(folder()), name)

function folder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  for (let up = here; up !== dirname(up); up = dirname(up)) {
    const found = join(up, 'templates')
    if (existsSync(join(found, 'verify', 'starter.sh'))) return found
  }
  throw new Trouble('missing program', 'The templates of swarm are not there: install it again.', {
    retryable: false,
  })
}
