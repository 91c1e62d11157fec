// Preloaded into a program, by NODE_OPTIONS: the longest delay of its event loop from when there is a file `begin` in the
// folder LOOP_DELAYS on, into a file there that bears its process number, when it ends. As JSON, in milliseconds: `longest`; `own`, without for how long the
// machine had no processor for it, so that it worked, or waited for the disk or for a program to begin; and `worked`, the
// most that it worked at a stretch. The last two are null where Linux does not say.
import { existsSync, openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const EVERY_MS = 10

/** Of this thread: nanoseconds on a processor, and nanoseconds in which it waited for one. */
const stat = tried(() => openSync('/proc/thread-self/schedstat', 'r'))
const room = Buffer.alloc(64)

const folder = process.env.LOOP_DELAYS ?? ''
const most = { longest: 0, own: 0, worked: 0 }
const begin = join(folder, 'begin')
/** @type {ReturnType<typeof spent> | null} */
let before = null

function look() {
  setTimeout(look, EVERY_MS).unref()
  const [now, last] = [spent(), before]
  if (last !== null || existsSync(begin)) before = now
  if (last === null) return
  const late = now.at - last.at - EVERY_MS
  most.longest = Math.max(most.longest, late)
  most.own = Math.max(most.own, late - (now.waited - last.waited))
  most.worked = Math.max(most.worked, now.worked - last.worked)
}

function spent() {
  if (stat === null) return { at: performance.now(), worked: 0, waited: 0 }
  const told = room.toString('latin1', 0, readSync(stat, room, 0, room.length, 0))
  const [worked = 0, waited = 0] = told.split(' ').map((nanoseconds) => Number(nanoseconds) / 1e6)
  return { at: performance.now(), worked, waited }
}

/**
 * @template T
 * @param {() => T} action
 */
function tried(action) {
  try {
    return action()
  } catch {
    return null
  }
}

setTimeout(look, EVERY_MS).unref()
process.once('exit', () => {
  const [longest, own, worked] = [most.longest, most.own, most.worked].map(Math.round)
  const told = stat === null ? { longest, own: null, worked: null } : { longest, own, worked }
  writeFileSync(join(folder, String(process.pid)), JSON.stringify(told))
})
