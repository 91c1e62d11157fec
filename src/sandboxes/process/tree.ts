/**
 * A program and all that it started. A tool may move to a session of its own, and once its parent is dead nothing
 * leads from it to us; so descendants are recorded while they live.
 */
import { newcomers, type Proc, processes, startOf, workingFolders } from './table.ts'

/** Pid → when it began. */
export type Tree = Map<number, string>

/** How often the machine's processes are looked at while a program runs. */
const EVERY_MS = process.platform === 'linux' ? 100 : 500
/** Between asking to end and killing. */
const GRACE_MS = 1_800
/** After that much a process that does not go, such as one stuck in the kernel, is left. */
const GIVE_UP_MS = 2_800

export interface Watch {
  /** Records what grows under `root` until `stop`; `recorded` hears of each, the root first. */
  start(root: number, recorded: (pid: number, started: string) => void): { tree: Tree; stop: () => void }
}

/** One timer for all trees; it runs only while there are some. */
export function watch(): Watch {
  const trees = new Map<Tree, (pid: number, started: string) => void>()
  let timer: NodeJS.Timeout | undefined
  let fresh = newcomers()
  const sample = async () => {
    const found = await fresh()
    for (const [tree, recorded] of trees)
      for (const { pid, started } of grow(tree, found)) recorded(pid, started)
  }
  return {
    start(root, recorded) {
      const tree: Tree = new Map()
      const started = startOf(root)
      if (started !== null) {
        tree.set(root, started)
        recorded(root, started)
      }
      trees.set(tree, recorded)
      timer ??= setInterval(() => void sample().catch(() => {}), EVERY_MS)
      const stop = () => {
        trees.delete(tree)
        if (trees.size > 0) return
        clearInterval(timer)
        timer = undefined
        fresh = newcomers()
      }
      return { tree, stop }
    },
  }
}

/** Adds to the tree all that descends from it, or is in a group or session that one of it leads; gives what is new. */
function grow(tree: Tree, found: Proc[]): Proc[] {
  const now = new Map(found.map((proc) => [proc.pid, proc]))
  const ours = (pid: number) => {
    const started = tree.get(pid)
    return started !== undefined && (now.get(pid)?.started ?? started) === started
  }
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

/** Ends the tree, and with `folder` whatever of it slipped through between two looks and still works in there. */
export async function endTree(tree: Tree, folder: string | null): Promise<void> {
  const begin = performance.now()
  const asked = new Set<number>()
  for (let pause = 5; ; pause = Math.min(2 * pause, 50)) {
    const alive = await living(tree, folder)
    const passed = performance.now() - begin
    if (alive.length === 0 || passed > GIVE_UP_MS) return
    for (const pid of alive) {
      if (passed > GRACE_MS) send(pid, 'SIGKILL')
      else if (!asked.has(pid)) send(pid, 'SIGTERM')
      asked.add(pid)
    }
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

async function living(tree: Tree, folder: string | null): Promise<number[]> {
  const found = await processes()
  grow(tree, found)
  if (folder !== null) {
    for (const proc of await straysIn(folder, found)) tree.set(proc.pid, proc.started)
    grow(tree, found)
  }
  return found.filter(({ pid, started }) => tree.get(pid) === started).map(({ pid }) => pid)
}

/**
 * Orphans that work in the folder: a daemon that left its parent behind faster than we look. Somebody's shell or
 * editor in that folder is none: it has a terminal, or a parent that lives.
 */
async function straysIn(folder: string, found: Proc[]): Promise<Proc[]> {
  const fosters = adopters(found)
  const orphans = found.filter(
    ({ pid, parent, terminal }) => fosters.has(parent) && !terminal && !fosters.has(pid),
  )
  const folders = await workingFolders(orphans.map(({ pid }) => pid))
  return orphans.filter(({ pid }) => `${folders.get(pid) ?? ''}/`.startsWith(`${folder}/`))
}

/** Who may be given an orphan of ours: the first process, or one of our own forebears. */
function adopters(found: Proc[]): Set<number> {
  const parents = new Map(found.map(({ pid, parent }) => [pid, parent]))
  const line = new Set([1])
  for (let pid = process.pid; pid > 1 && !line.has(pid); pid = parents.get(pid) ?? 1) line.add(pid)
  return line
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself.
  }
}
