// Preloaded into a program, by NODE_OPTIONS: the longest delay of its event loop, in milliseconds, into a file of the
// folder LOOP_DELAYS that bears its process number, when it ends.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
process.once('exit', () =>
  writeFileSync(join(process.env.LOOP_DELAYS, String(process.pid)), String(Math.round(delay.max / 1e6))),
)
