// One program as one file that Node runs, with the packages that cannot be bundled left outside.
import { build } from 'esbuild'

/** `plugins`: esbuild's, such as those that change a file on its way in. */
export const bundle = ({ entry, out, plugins = [] }) =>
  build({
    entryPoints: [entry],
    outfile: out,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    loader: { '.sql': 'text' },
    external: ['@photostructure/sqlite', 'node:sqlite', 'esbuild'],
    sourcemap: 'inline',
    logLevel: 'warning',
    plugins,
    // Some bundled packages are CommonJS and call require().
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
