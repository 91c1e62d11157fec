/** Upgrades a database, and is killed before step `n` of it, as by a power cut. Prints the steps it came to. */
import { writeSync } from 'node:fs'
import { migrate } from '../../src/stores/sqlite/migrate.ts'

const [path = '', killAt = ''] = process.argv.slice(2)
let steps = 0

void migrate(path, {
  onStep() {
    if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL')
    steps++
  },
}).then(() => writeSync(1, String(steps)))
