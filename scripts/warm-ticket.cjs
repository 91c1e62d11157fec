// Runs `ticket list` once and keeps what V8 compiled on the way, for this very Node. Argument: the folder of the build.
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { execFileSync } = require('node:child_process')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { Script } = require('node:vm')

const dist = process.argv[2]
const folder = mkdtempSync(join(tmpdir(), 'ticket-warm-'))
process.env.TICKET_DB = join(folder, 'tickets.db')
const ticket = (...args) => execFileSync(process.execPath, [join(dist, 'ticket.cjs'), ...args])
ticket('migrate')
ticket('create', 'A ticket, so that a table is made')

const filename = join(dist, 'ticket-program.cjs')
const program = new Script(readFileSync(filename, 'latin1'), { filename })
// The program ends by this; then everything that listing needs is compiled.
process.reallyExit = () => {
  writeFileSync(join(dist, `ticket-program.${process.version}`), program.createCachedData())
  rmSync(folder, { recursive: true })
}
process.argv.splice(1, 2, filename, 'list')
program.runInThisContext()(require, dist)
