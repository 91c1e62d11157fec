/** Bundles the programs. Packages of plain JavaScript go in; native ones stay outside. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { PROGRAM, REQUIRE } from '../bundle.mjs'

/** Of zod's fifty languages the one that we speak; the others are 300 kB of every program. */
const ONE_LANGUAGE: Plugin = {
  name: 'one-language',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    })),
}

interface Wanted {
  /** The folder that the programs are written into. */
  dist: string
  /** Names that are constants in the programs, with their values as source text. */
  define: Record<string, string>
}

/** Writes the programs. Gives the paths of the files that went in, as esbuild names them. */
export async function buildPrograms({ dist, define }: Wanted): Promise<string[]> {
  const shared = {
    ...PROGRAM,
    outdir: dist,
    external: ['@photostructure/sqlite', '@napi-rs/keyring', 'node:sqlite'],
    define,
    plugins: [ONE_LANGUAGE],
    minify: true,
  } satisfies BuildOptions
  const alone = { ...shared, format: 'cjs', outExtension: { '.js': '.cjs' } } satisfies BuildOptions
  const modules = { ...shared, format: 'esm', outExtension: { '.js': '.mjs' } } satisfies BuildOptions
  const parts: BuildOptions[] = [
    // `ticket` starts many times a minute: Latin-1, so that the file is its text without any decoding.
    {
      ...alone,
      entryPoints: { ticket: 'src/main/ticket-start.ts', 'ticket-program': 'src/main/ticket.ts' },
      charset: 'ascii',
    },
    // The scripted agent runs inside sandboxes, where nothing else of ours is.
    { ...alone, entryPoints: { 'scripted-agent': 'src/harnesses/scripted/agent.ts' } },
    { ...modules, entryPoints: { swarm: 'src/main/swarm-start.ts' } },
    {
      ...modules,
      entryPoints: {
        pieces: 'src/main/swarm.ts',
        demo: 'demo/demo.ts',
        'interview-mcp': 'src/main/interview/mcp.ts',
      },
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      banner: REQUIRE,
    },
    // What runs long tells of a bug by its stack, in which functions have their names.
    { ...modules, entryPoints: { whole: 'src/main/swarm.ts' }, keepNames: true, banner: REQUIRE },
  ]
  const taken: string[] = []
  for (const part of parts) {
    const { metafile } = await build({ ...part, metafile: true })
    taken.push(...Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)))
  }
  asOneFunction(join(dist, 'ticket-program.cjs'))
  return taken
}

/** `ticket.cjs` calls it, with what V8 has compiled of it. */
const asOneFunction = (program: string) =>
  writeFileSync(program, `(function(require,__dirname){${readFileSync(program, 'utf8')}\n})`)
