#!/usr/bin/env node
/**
 * Starts `ticket`, the program that stands beside this file. The first `ticket list` caches there what V8 compiles of
 * it, if it may write there. The same Node need not compile it again then, which is a third of the time that the program
 * itself takes.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { Script } from 'node:vm'

const filename = `${__dirname}/ticket-program.cjs`
const compiled = `${__dirname}/ticket-program.${process.version}`
const cachedData = keptCode()
const program = new Script(readFileSync(filename, 'latin1'), { filename, ...(cachedData && { cachedData }) })

// The program ends by this; by then all that listing needs is compiled.
const own = process as typeof process & { reallyExit(code: number): never }
const { reallyExit } = own
if (process.argv[2] === 'list' && (cachedData === null || program.cachedDataRejected))
  own.reallyExit = (code) => {
    keepCode()
    return reallyExit.call(process, code)
  }
program.runInThisContext()(require, __dirname)

function keptCode(): Buffer | null {
  try {
    return readFileSync(compiled)
  } catch {
    return null
  }
}

/** Never half: others start meanwhile. Where nothing can be written, each start compiles. */
function keepCode(): void {
  const part = `${compiled}.${process.pid}`
  try {
    writeFileSync(part, program.createCachedData())
    renameSync(part, compiled)
  } catch {
    rmSync(part, { force: true })
  }
}
