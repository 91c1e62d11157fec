/** Upgrades a database, and is killed before one step of it, as by a power cut. */
import { migrate } from '../../src/stores/sqlite/migrate.ts'

const [path = '', killAt = ''] = process.argv.slice(2)
let step = 0

void migrate(path, {
  onStep() {
    if (step++ === Number(killAt)) process.kill(process.pid, 'SIGKILL')
  },
})
