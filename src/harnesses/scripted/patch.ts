/** Patches, by the git of the checkout. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git, StepFailed, sh } from './shell.ts'

/**
 * Applies a patch, as `git diff --binary` prints it, to the files and the index of the checkout: all of it or nothing. A
 * patch that is in already changes nothing. Gives a sentence, and throws `StepFailed` where the patch does not fit.
 */
export async function applyPatch(patch: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'patch-'))
  const path = join(folder, 'patch')
  try {
    await writeFile(path, patch)
    // Exit 1 where files differ from the index, which is no fault.
    await sh(['git', 'update-index', '-q', '--refresh'])
    await git('apply', '--index', '--whitespace=nowarn', path)
    return `applied ${patch.length} bytes`
  } catch (error) {
    if (!(error instanceof StepFailed) || !(await isIn(path))) throw error
    return 'It is in already.'
  } finally {
    await rm(folder, { recursive: true })
  }
}

const isIn = async (path: string): Promise<boolean> =>
  (await sh(['git', 'apply', '--reverse', '--check', '--index', path])).exit === 0
