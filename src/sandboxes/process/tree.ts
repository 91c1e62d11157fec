/**
 * Program and everything that it started. A tool may move to a session of its own, and once its parent is dead nothing
 * leads from it to us; so descendants are recorded while they live.
 */
import type { ChildProcess } from 'node:child_process'
import { forebears, living, newcomers, type Proc, processes, startOf, workingFolders } from '../table.ts'

/** Tree of processes: process id → start time. */
export type Tree = Map<number, string>

/** Milliseconds between looks at the machine's processes while a program runs. */
const EVERY_MS = process.platform === 'linux' ? 100 : 500
/** Milliseconds between asking to end and killing. */
const GRACE_MS = 1_800
/** Milliseconds after the kill at which a process that stays, such as one stuck in the kernel, is left. */
const GIVE_UP_MS = 1_000

/** Program to launch and watch. */
export interface Grower {
  launch: () => ChildProcess
  /** Receives each process, the program first. */
  recorded: (pid: number, started: string) => void
  /**
   * Folder of the sandbox while nothing else runs in it: an orphan that works there came from this program. Else null.
   */
  folder: () => string | null
}

/** Watch over running programs. */
export interface Watch {
  /** Launches a program and records its descendants; `endAll` ends all of them. */
  start(grower: Grower): { child: ChildProcess; endAll(): Promise<void> }
}

/** Makes a watch: one timer for all trees, which runs only while there are some. */
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

/** Ends the rest of a tree that nobody watched, and all orphans in the folder. */
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

/** Adds all descendants of the tree, and members of groups and sessions led by it; gives the new ones. */
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

/** Drops ended processes: in an old record their ids may lead groups of somebody else by now. */
function retire(tree: Tree, found: Proc[]): void {
  const now = new Map(found.map(({ pid, started }) => [pid, started]))
  for (const [pid, started] of tree) if (now.get(pid) !== started) tree.delete(pid)
}

/**
 * Adds orphans that work in the folder: daemons that left their parent faster than we look. A person's shell or editor
 * in that folder does not count: it has a terminal, or a living parent.
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
