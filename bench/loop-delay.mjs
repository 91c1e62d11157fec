// Preloaded into a program, by NODE_OPTIONS: the longest delay of its event loop, into a file of the folder LOOP_DELAYS
// that bears its process number, when it ends. As JSON: `longest` and `own`, in milliseconds. `own` leaves out for how
// long the machine had no processor for it: what is left it worked or waited for the disk; null where Linux does not say.
import { openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const EVERY_MS = 10

/** Of this thread: nanoseconds on a processor, and nanoseconds in which it waited for one. */
const stat = tried(() => openSync('/proc/thread-self/schedstat', 'r'))
const room = Buffer.alloc(64)

const most = { longest: 0, own: stat === null ? null : 0 }
let [before, waited] = [performance.now(), waitedFor()]

function look() {
  const [now, waits] = [performance.now(), waitedFor()]
  const late = now - before - EVERY_MS
  most.longest = Math.max(most.longest, late)
  if (most.own !== null) most.own = Math.max(most.own, late - (waits - waited))
  ;[before, waited] = [now, waits]
  setTimeout(look, EVERY_MS).unref()
}

function waitedFor() {
  if (stat === null) return 0
  const [, nanoseconds] = room.toString('latin1', 0, readSync(stat, room, 0, room.length, 0)).split(' ')
  return Number(nanoseconds) / 1e6
}

function tried(action) {
  try {
    return action()
  } catch {
    return null
  }
}

setTimeout(look, EVERY_MS).unref()
process.once('exit', () => {
  const { longest, own } = most
  const told = { longest: Math.round(longest), own: own === null ? null : Math.round(own) }
  writeFileSync(join(process.env.LOOP_DELAYS, String(process.pid)), JSON.stringify(told))
})
