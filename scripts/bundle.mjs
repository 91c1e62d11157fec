// One program as one file that Node runs, with the packages that cannot be bundled left outside. Plain JavaScript: it
// bundles what is written in TypeScript.
import { build } from 'esbuild'

/** What holds for every program of ours, for esbuild. SQL files are text. */
export const PROGRAM = /** @satisfies {import('esbuild').BuildOptions} */ ({
  bundle: true,
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  loader: { '.sql': 'text' },
  logLevel: 'warning',
})

/** Some bundled packages are CommonJS and call require(), which a module lacks. */
export const REQUIRE = {
  js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
}

/** Packages that bring native code, or that load files of their own. */
const OUTSIDE = [
  '@photostructure/sqlite',
  '@napi-rs/keyring',
  'node:sqlite',
  'esbuild',
  'vite',
  'playwright-core',
]

/**
 * Writes the program `entry` to the file `out`. `plugins` are esbuild's, such as those that change a file on its way in.
 *
 * @param {{ entry: string, out: string, plugins?: import('esbuild').Plugin[] }} wanted
 */
export const bundle = ({ entry, out, plugins = [] }) =>
  build({
    ...PROGRAM,
    entryPoints: [entry],
    outfile: out,
    format: 'esm',
    external: OUTSIDE,
    sourcemap: 'inline',
    plugins,
    banner: REQUIRE,
  })
