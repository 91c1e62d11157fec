/** Who may import whom. */
import { builtinModules } from 'node:module'
import { codeOf, type Import } from './code.ts'
import { type Finding, finding, isCode, type Source } from './source.ts'

interface Layer {
  /** What of ours it may import: files, or folders that end in a slash. */
  may: string[]
  /** What of ours it may import as types only. */
  types?: string[]
  /** Modules of Node; all by default. */
  node?: string[]
  /** Packages; all by default. */
  packages?: string[]
}

/** The adapters: each kind may know these ports, and none knows another kind or another adapter of its own. */
const PORTS_OF: Record<string, string[]> = {
  stores: ['store', 'attempts', 'notices', 'archives', 'tallies', 'transcripts'],
  sandboxes: ['sandbox', 'packs'],
  harnesses: ['harness', 'sandbox', 'attempts'],
  repos: ['repo', 'packs'],
  notifiers: ['notifier'],
}
const EVERY_PORT = ['clock', 'path-bytes', 'paths', 'patience', 'trouble', 'turns']
/** Folders of a kind that are no adapters but what its adapters share. */
const SHARED = ['src/stores/rows/']

/** The modules of Node that compute and touch nothing. */
const PURE_NODE = ['crypto', 'path', 'path/posix', 'util']

const TICKET: Layer = { may: ['src/ticket/'], node: [], packages: ['zod', 'zod/mini'] }
const SETTINGS: Layer = { may: ['src/settings/', 'src/ticket/'], node: [], packages: ['zod'] }
const PORTS: Layer = {
  may: ['src/ports/', 'src/ticket/'],
  types: ['src/settings/'],
  // How many may listen to one signal is set with it.
  node: ['events'],
  packages: [],
}
const LIFE: Layer = {
  may: ['src/life/', 'src/ports/', 'src/ticket/'],
  types: ['src/settings/'],
  node: PURE_NODE,
  packages: [],
}
/** It knows the same names of hosts and of the provider's tools. */
const GATEWAY: Layer = {
  may: ['src/gateway/', 'src/life/', 'src/ports/', 'src/ticket/', 'src/settings/names.ts'],
}
const API: Layer = { may: ['src/api/', 'src/life/', 'src/ports/', 'src/ticket/'], types: ['src/settings/'] }
const CLIENT: Layer = { may: ['src/api/client', 'src/ticket/'], types: ['src/api/'] }
/** The programs tell their version. */
const CLI: Layer = { may: ['package.json', 'src/ticket/'] }
const CLI_SWARM: Layer = { may: [...CLI.may, 'src/cli/swarm/', 'src/api/client'] }
const CLI_TICKET: Layer = {
  may: [...CLI.may, 'src/cli/ticket/', 'src/life/', 'src/ports/trouble.ts'],
  types: ['src/ports/'],
}
/** It runs in a browser. A page knows what all pages share, and no other page. */
const DASHBOARD: Layer = {
  may: [
    'dashboard/live/',
    'dashboard/parts/',
    'dashboard/shell/',
    'dashboard/style/',
    'src/ticket/',
    'src/api/client',
  ],
  node: [],
}
const MAIN: Layer = { may: ['package.json', 'src/'] }

/** The rules of a file; null for a file that belongs nowhere. */
function layerOf(path: string): Layer | null {
  const [root, folder = '', second = ''] = path.split('/')
  if (root === 'dashboard') return ofDashboard(folder, second)
  if (folder in PORTS_OF) return adapter(folder, second)
  if (path.startsWith('src/api/client')) return CLIENT
  if (folder === 'cli' && second.endsWith('.ts')) return withFiles(CLI, 'src/cli/')
  if (folder === 'cli') return withFiles(second === 'swarm' ? CLI_SWARM : CLI_TICKET, 'src/cli/')
  const layers: Record<string, Layer> = {
    ticket: TICKET,
    settings: SETTINGS,
    ports: PORTS,
    life: LIFE,
    gateway: GATEWAY,
    api: API,
    main: MAIN,
  }
  return layers[folder] ?? null
}

function ofDashboard(folder: string, page: string): Layer {
  if (folder === 'pages') return { ...DASHBOARD, may: [...DASHBOARD.may, `dashboard/pages/${page}/`] }
  return folder.endsWith('.tsx') ? { ...DASHBOARD, may: [...DASHBOARD.may, 'dashboard/'] } : DASHBOARD
}

/** Both programs may use the files that lie directly in a folder; `*` stands for those. */
const withFiles = (layer: Layer, folder: string): Layer => ({ ...layer, may: [...layer.may, `${folder}*`] })

function adapter(kind: string, technology: string): Layer {
  const ports = [...PORTS_OF[kind]!, ...EVERY_PORT].map((port) => `src/ports/${port}.ts`)
  const shared = SHARED.filter((folder) => folder.startsWith(`src/${kind}/`))
  const own = technology.endsWith('.ts') ? [] : [`src/${kind}/${technology}/`]
  return withFiles({ may: ['src/ticket/', ...ports, ...shared, ...own] }, `src/${kind}/`)
}

const fits = (file: string, allowed: string): boolean => {
  if (!allowed.endsWith('*')) return file.startsWith(allowed)
  const rest = file.slice(allowed.length - 1)
  return file.startsWith(allowed.slice(0, -1)) && !rest.includes('/')
}

export function layers(sources: Source[]): Finding[] {
  return sources
    .filter((source) => isCode(source) && /^(src|dashboard)\//.test(source.path))
    .flatMap((source) => {
      const layer = layerOf(source.path)
      if (layer === null)
        return [finding(source.path, 1, 'lies in no folder of the layout; see ARCHITECTURE.md.')]
      return codeOf(source).imports.flatMap((each) => {
        const wrong = wrongImport(layer, each)
        return wrong === null ? [] : [finding(source.path, each.line, wrong)]
      })
    })
}

function wrongImport(layer: Layer, { specifier, file, typeOnly }: Import): string | null {
  if (file !== null) {
    const allowed = typeOnly ? [...layer.may, ...(layer.types ?? [])] : layer.may
    if (allowed.some((each) => fits(file, each))) return null
    const types = layer.types?.some((each) => fits(file, each)) ? ' (its types only, with `import type`)' : ''
    return `may not import ${file}${types}; it may import ${layer.may.join(', ') || 'nothing of ours'}.`
  }
  const builtin = specifier.startsWith('node:') || builtinModules.includes(specifier)
  const [list, kind] = builtin ? [layer.node, 'modules of Node'] : [layer.packages, 'packages']
  const plain = specifier.replace(/^node:/, '')
  if (list === undefined || list.includes(plain)) return null
  return `may not import ${specifier}; of ${kind} it may import ${list.join(', ') || 'none'}: give it through a port.`
}

/** Import cycles, each told once, from its first file in the alphabet. What is loaded when called for makes none. */
export const cycles = (sources: Source[]): Finding[] => circles(sources, (path) => path)

/** The same among rooms: the folders of `life/`, `main/` and `api/`. */
export const roomCycles = (sources: Source[]): Finding[] =>
  circles(sources, (path) => /^src\/(life|main|api)\/[^/]+\//.exec(path)?.[0] ?? path)

function circles(sources: Source[], nodeOf: (path: string) => string): Finding[] {
  const graph = new Map<string, Set<string>>()
  for (const source of sources.filter(isCode)) {
    const from = nodeOf(source.path)
    const targets = graph.get(from) ?? new Set()
    graph.set(from, targets)
    for (const { file, lazy } of codeOf(source).imports)
      if (file !== null && !lazy && nodeOf(file) !== from) targets.add(nodeOf(file))
  }
  const found = new Set<string>()
  const settled = new Set<string>()
  const trail: string[] = []
  const visit = (node: string) => {
    const at = trail.indexOf(node)
    if (at !== -1) return void found.add(turned(trail.slice(at)))
    if (settled.has(node)) return
    trail.push(node)
    for (const next of graph.get(node) ?? []) visit(next)
    trail.pop()
    settled.add(node)
  }
  for (const node of graph.keys()) visit(node)
  return [...found].map(
    (ring) => `${ring} import each other in a circle: move what they share into one of them.`,
  )
}

function turned(trail: string[]): string {
  const first = trail.indexOf(trail.toSorted()[0]!)
  return [...trail.slice(first), ...trail.slice(0, first)].join(' → ')
}

/** The programs: where everything that is used is used from. The build puts its `jsx` into the dashboard. */
const PROGRAMS = [
  'src/main/swarm.ts',
  'src/main/swarm-start.ts',
  'src/main/ticket-start.ts',
  'src/main/ticket.ts',
  'src/harnesses/scripted/agent.ts',
  'src/main/interview/mcp.ts',
  'dashboard/text/jsx-runtime.ts',
  'demo/demo.ts',
  'demo/picture/main.ts',
  'dashboard/main.tsx',
]

/** Files that no program reaches. A contract of ports/ may be agreed on before somebody keeps it. */
export function dead(sources: Source[], programs = PROGRAMS): Finding[] {
  const known = new Map(sources.filter(isCode).map((source) => [source.path, source]))
  const reached = new Set<string>()
  const visit = (path: string) => {
    const source = known.get(path)
    if (!source || reached.has(path)) return
    reached.add(path)
    for (const { file } of codeOf(source).imports) if (file !== null) visit(file)
  }
  for (const program of programs) visit(program)
  return [...known.keys()]
    .filter((path) => /^(src|demo|dashboard)\/(?!ports\/|public\/)/.test(path) && !reached.has(path))
    .map((path) => finding(path, 1, `is used by no program (${programs.join(', ')}): delete it.`))
}
