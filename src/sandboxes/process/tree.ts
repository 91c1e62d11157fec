/**
 * A program and all that it started. A tool may move to a session of its own, and once its parent is dead nothing
 * leads from it to us; so descendants are recorded while they live.
 */
import type { ChildProcess } from 'node:child_process'
import { forebears, living, newcomers, type Proc, processes, startOf, workingFolders } from '../table.ts'

/** Pid → when it began. */
export type Tree = Map<number, string>

/** How often the machine's processes are looked at while a program runs. */
const EVERY_MS = process.platform === 'linux' ? 100 : 500
/** Between asking to end and killing. */
const GRACE_MS = 1_800
/** So long after it was killed a process that does not go, such as one stuck in the kernel, is left. */
const GIVE_UP_MS = 1_000

export interface Grower {
  launch: () => ChildProcess
  /** Hears of each process, the program first. */
  recorded: (pid: number, started: string) => void
  /** The sandbox's folder while nothing else runs in it: then an orphan that works there came from this program. */
  folder: () => string | null
}

export interface Watch {
  /** Launches a program and records what grows from it; `endAll` ends it and all of that. */
  start(grower: Grower): { child: ChildProcess; endAll(): Promise<void> }
}

/** One timer for all trees; it runs only while there are some. */
export function watch(): Watch {
  const trees = new Map<Tree, Grower>()
  let timer: NodeJS.Timeout | undefined
  let fresh = newcomers()
  let looking = Promise.resolve()
  const lookOnce = async () => {
    const found = await fresh()
    for (const [tree, { folder, recorded }] of trees) {
      const added = [...grow(tree, found), ...(await adoptStrays(tree, folder(), found))]
      for (const { pid, started } of added) recorded(pid, started)
    }
  }
  const look = () => {
    looking = looking.then(lookOnce).catch(() => {})
    return looking
  }
  return {
    start(grower) {
      if (trees.size === 0) fresh = newcomers()
      const tree: Tree = new Map()
      const child = grower.launch()
      if (child.pid !== undefined) {
        const started = startOf(child.pid)
        // It may have ended already; the group and the session that it led still carry its number.
        tree.set(child.pid, started ?? 'ended')
        if (started !== null) grower.recorded(child.pid, started)
      }
      trees.set(tree, grower)
      timer ??= setInterval(() => void look(), EVERY_MS)
      return {
        child,
        async endAll() {
          await endTree(tree, look)
          trees.delete(tree)
          if (trees.size > 0) return
          clearInterval(timer)
          timer = undefined
        },
      }
    },
  }
}

/** Ends what is left of a tree that nobody watched, and all orphans in the folder. */
export function endLeftovers(tree: Tree, folder: string): Promise<void> {
  return endTree(tree, async () => {
    const found = await processes()
    retire(tree, found)
    grow(tree, found)
    await adoptStrays(tree, folder, found)
  })
}

async function endTree(tree: Tree, look: () => Promise<void>): Promise<void> {
  const begin = performance.now()
  const asked = new Set<number>()
  let killed = Number.POSITIVE_INFINITY
  for (let pause = 5; ; pause = Math.min(2 * pause, 50)) {
    await look()
    const alive = await living(tree)
    const now = performance.now()
    if (alive.length === 0 || now - killed > GIVE_UP_MS) return
    const isLate = now - begin > GRACE_MS
    if (isLate) killed = Math.min(killed, now)
    for (const pid of alive) {
      if (isLate) send(pid, 'SIGKILL')
      else if (!asked.has(pid)) send(pid, 'SIGTERM')
      asked.add(pid)
    }
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

/** Adds to the tree all that descends from it, or is in a group or session that one of it leads; gives what is new. */
export function grow(tree: Tree, found: Proc[]): Proc[] {
  // A number that somebody else has by now leads to nobody of ours any more, also when we look again later.
  for (const { pid, started } of found) if (tree.has(pid) && tree.get(pid) !== started) tree.delete(pid)
  const ours = (pid: number) => tree.has(pid)
  const added: Proc[] = []
  for (let before = -1; before !== added.length; ) {
    before = added.length
    for (const proc of found) {
      if (tree.get(proc.pid) === proc.started || proc.pid === process.pid) continue
      if (!ours(proc.parent) && !ours(proc.group) && !ours(proc.session)) continue
      tree.set(proc.pid, proc.started)
      added.push(proc)
    }
  }
  return added
}

/** Forgets what has ended: in a record from long ago its number may lead a group of somebody else's by now. */
function retire(tree: Tree, found: Proc[]): void {
  const now = new Map(found.map(({ pid, started }) => [pid, started]))
  for (const [pid, started] of tree) if (now.get(pid) !== started) tree.delete(pid)
}

/**
 * Adds orphans that work in the folder: a daemon that left its parent behind faster than we look. Somebody's shell or
 * editor in that folder is none: it has a terminal, or a parent that lives.
 */
async function adoptStrays(tree: Tree, folder: string | null, found: Proc[]): Promise<Proc[]> {
  if (folder === null || found.length === 0) return []
  const fosters = forebears(found)
  const orphans = found.filter(
    ({ pid, parent, terminal }) => fosters.has(parent) && !terminal && !fosters.has(pid) && !tree.has(pid),
  )
  const folders = await workingFolders(orphans.map(({ pid }) => pid))
  const strays = orphans.filter(({ pid }) => `${folders.get(pid) ?? ''}/`.startsWith(`${folder}/`))
  for (const { pid, started } of strays) tree.set(pid, started)
  return strays
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself.
  }
}
