// Modules of ours as one file, where it finds the packages of the project.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What `contents`, TypeScript at the root of the project, exports. */
export async function bundled(name, contents) {
  const outfile = join(root, '.cache', `bench-${name}.cjs`)
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    loader: { '.sql': 'text' },
    external: ['@photostructure/sqlite', 'node:sqlite'],
  })
  return createRequire(import.meta.url)(outfile)
}
