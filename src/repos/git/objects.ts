/** Places where a git writes its objects: outside of the repository, when they do not belong there, or not yet. */
import { join } from 'node:path'

/**
 * Environment of a git that reads the objects of the bare repository at `path` and writes its own into `folder`,
 * unfinished files too: git renames them when they are whole, which does not work across file systems.
 */
export const writingInto = (folder: string, path: string): Record<string, string> => ({
  GIT_OBJECT_DIRECTORY: folder,
  GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(join(path, 'objects')),
})

/** Quotes a folder for a list of folders, where a colon divides. */
const quoted = (folder: string) => `"${folder.replace(/[\\"]/g, '\\$&')}"`

/** Content of the mark (`.keep`) beside a pack that no ref reaches yet: git neither repacks nor removes it. */
export const COMING_IN = 'swarm: coming in\n'
