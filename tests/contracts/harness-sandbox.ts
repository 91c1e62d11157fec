/** A real sandbox around a small repository, for tests of harnesses. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Archive, Sandbox } from '../../src/ports/sandbox.ts'
import { processSandboxes } from '../../src/sandboxes/process/process.ts'

/** Checked out: the given files, committed. Its home holds what is in the archives. Closing it removes everything. */
export async function openSandbox(
  files: Record<string, string> = { 'README.md': 'A test.\n' },
  archives: Archive[] = [],
): Promise<Sandbox> {
  const root = await mkdtemp(join(tmpdir(), 'harness-'))
  const source = join(root, 'source')
  const commit = await repositoryOf(source, files)
  const sandboxes = processSandboxes({ root: join(root, 'sandboxes'), searchPath: process.env.PATH ?? '' })
  const spec = {
    ...{ name: 't1-a1', env: {}, programs: {}, gateway: null, archives },
    checkout: { source, ref: 'refs/heads/main', commit, history: true },
  }
  const sandbox = await sandboxes.open(spec, new AbortController().signal)
  const close = async () => {
    await sandbox.close()
    await rm(root, { recursive: true, force: true })
  }
  return { ...sandbox, close }
}

async function repositoryOf(folder: string, files: Record<string, string>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: folder })
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '-m', 'Begin')
  return (await git('rev-parse', 'HEAD')).stdout.trim()
}
