/** Where a git writes its objects: beside the repository, when they are not to be in it, or not yet. */
import { join } from 'node:path'

/**
 * The environment of a git that reads the objects of the bare repository at `path` and writes its own into `folder`,
 * its unfinished files too: git renames them when they are whole, which no file system does across to another.
 */
export const writingInto = (folder: string, path: string): Record<string, string> => ({
  GIT_OBJECT_DIRECTORY: folder,
  GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(join(path, 'objects')),
})

/** In a list of folders a colon divides, unless the folder is in quotes. */
const quoted = (folder: string) => `"${folder.replace(/[\\"]/g, '\\$&')}"`

/** What stands in the mark (`.keep`) beside a pack of which no ref tells yet: git packs and removes nothing of such a one. */
export const COMING_IN = 'swarm: coming in\n'
