/** The package that npm would publish: what it holds, how large that is, and whose work is in it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bundledIn, packageAt } from '../../scripts/build/notices.ts'
import { PROGRAM } from '../../scripts/bundle.mjs'
import { codeOf } from '../tidy/code.ts'
import { isCode, tree } from '../tidy/source.ts'

const MOST_BYTES = 4_000_000

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const [packed]: { unpackedSize: number; files: { path: string; size: number }[] }[] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    stdio: 'pipe',
  }),
)
const { unpackedSize, files } = packed!
const paths = files.map(({ path }) => path)

describe('the package', () => {
  it(`unpacks to less than ${MOST_BYTES / 1e6} MB`, () => {
    expect(unpackedSize).toBeLessThan(MOST_BYTES)
  })

  it('holds the programs, the dashboard, the templates and the pages, and nothing else', () => {
    const kinds = paths
      .filter((path) => !/^dist\/(chunks\/[\w-]+\.mjs|pages\/assets\/[\w-]+\.(js|css)\.gz)$/.test(path))
      .filter((path) => !/^docs\/((adr|out-of-scope)\/)?[\w-]+\.md$/.test(path))
      .filter((path) => !path.startsWith('dist/templates/'))
    expect(kinds.sort()).toMatchInlineSnapshot(`
      [
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTEXT.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "README.md",
        "SECURITY.md",
        "dist/build.json",
        "dist/demo.mjs",
        "dist/interview-mcp.mjs",
        "dist/pages/favicon-waiting.svg.gz",
        "dist/pages/favicon.svg.gz",
        "dist/pages/icon-192.png",
        "dist/pages/icon-512.png",
        "dist/pages/index.html.gz",
        "dist/pages/manifest.webmanifest.gz",
        "dist/pages/theme.js.gz",
        "dist/pages/worker.js.gz",
        "dist/pieces.mjs",
        "dist/scripted-agent.cjs",
        "dist/swarm.mjs",
        "dist/third-party-notices.txt",
        "dist/ticket-program.cjs",
        "dist/ticket.cjs",
        "dist/whole.mjs",
        "docs/run-still.svg",
        "docs/run.svg",
        "package.json",
      ]
    `)
    const templates = tree('templates').map(({ path }) => `dist/${path}`)
    expect(paths.filter((path) => path.startsWith('dist/templates/')).sort()).toEqual(templates.sort())
  })

  it('holds every page that the README links', () => {
    const targets = [...readFileSync('README.md', 'utf8').matchAll(/\]\(([^()#\s]+)/g)].map(([, to]) => to!)
    const pages = targets.filter((to) => !/^https?:|\.png$/.test(to)).map((to) => posix.normalize(to))
    const isThere = (page: string) =>
      page.endsWith('/') ? paths.some((path) => path.startsWith(page)) : paths.includes(page)
    expect(pages.length).toBeGreaterThan(10)
    expect(pages.filter((page) => !isThere(page))).toEqual([])
  })

  it('holds no program that brings a library for itself alone', () => {
    const sizeOf = (path: string) => files.find((file) => file.path === path)!.size
    expect(sizeOf('dist/interview-mcp.mjs')).toBeLessThan(10_000)
    expect(sizeOf('dist/scripted-agent.cjs')).toBeLessThan(150_000)
  })

  it('builds itself before it is packed, and says whose it is', () => {
    expect(manifest.scripts.prepack).toBe('npm run build')
    expect(manifest).toMatchObject({ license: 'MIT', engines: { node: '>=20.19' } })
    expect(manifest.repository.url).toMatch(/^git\+https:\/\//)
    expect(manifest.keywords).toContain('agents')
  })

  it('starts by its own name, so that npx finds the program', () => {
    expect(manifest.bin[manifest.name]).toBe(manifest.bin.swarm)
    for (const program of Object.values<string>(manifest.bin)) expect(paths).toContain(program)
  })
})

describe('the notices', () => {
  const notices = readFileSync('dist/third-party-notices.txt', 'utf8')
  const named = [...notices.matchAll(/^-{80}\n(\S+) (\S+) \((\S+)\)\n\n(?=\S)/gm)].map(([, name]) => name!)

  it('name every package that our code imports and that is not installed beside it', () => {
    const outside = new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }))
    const imported = tree()
      .filter((source) => isCode(source) && /^(src|demo|dashboard)\//.test(source.path))
      .flatMap((source) => codeOf(source).imports)
      .filter(({ file, specifier, typeOnly }) => file === null && !typeOnly && !specifier.startsWith('node:'))
      .map(({ specifier }) => specifier.match(/^(@[^/]+\/)?[^/]+/)![0])
      .filter((name) => !outside.has(name))
    expect(new Set(imported).size).toBeGreaterThan(10)
    expect([...new Set(imported)].filter((name) => !named.includes(name))).toEqual([])
  })

  it('name every package that a program holds code of', async () => {
    const { outputFiles } = await build({
      ...PROGRAM,
      entryPoints: [
        'src/main/swarm.ts',
        'src/main/ticket.ts',
        'demo/demo.ts',
        'src/harnesses/scripted/agent.ts',
      ],
      outdir: 'unused',
      format: 'esm',
      external: ['@photostructure/sqlite', '@napi-rs/keyring'],
      write: false,
    })
    const held = outputFiles.flatMap(
      ({ text }) => text.match(/^ *\/\/ node_modules\/(@[^/\n]+\/)?[^/\n]+/gm) ?? [],
    )
    const names = new Set(held.map((line) => line.replace(/^ *\/\/ node_modules\//, '')))
    expect(names.size).toBeGreaterThan(10)
    expect([...names].filter((name) => !named.includes(name))).toEqual([])
  })

  it('are of the versions that the lockfile names', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
    for (const [, name, version] of notices.matchAll(/^-{80}\n(\S+) (\S+) \(/gm))
      expect([name, version]).toEqual([name, packages[`node_modules/${name}`].version])
  })

  it('find the innermost package of a file, on any system, and leave out our own', () => {
    const found = bundledIn([
      'src/main/swarm.ts',
      '\0vite/preload-helper.js',
      'C:\\x\\node_modules\\@hono\\node-server\\a.js',
    ])
    expect(found.map(({ name }) => name)).toEqual(['@hono/node-server', 'esbuild', 'rolldown', 'vite'])
  })

  it.each([
    [{}, [], 'thing names no licence: it cannot be bundled.'],
    [{ license: 'UNLICENSED' }, ['LICENSE'], 'thing names no licence: it cannot be bundled.'],
    [{ license: 'ISC' }, ['README.md'], 'thing brings no text of its licence, ISC: it cannot be bundled.'],
  ])('refuse a package of %j with %j', (said, there, sentence) => {
    expect(() => packageAt(installed(said, there))).toThrow(sentence)
  })

  it('give the words of the MIT licence for a package that names it and brings no copy', () => {
    const { text } = packageAt(installed({ license: 'MIT', author: 'Ann <ann@example.org>' }, []))
    expect(text).toMatch(/^MIT License\n\nCopyright \(c\) Ann\n\nPermission is hereby granted/)
  })
})

/** A package with these fields and files. */
function installed(said: object, there: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'package-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'thing', version: '1.0.0', ...said }))
  for (const file of there) writeFileSync(join(folder, file), 'The words.\n')
  return folder
}
