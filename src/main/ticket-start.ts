#!/usr/bin/env node
/**
 * Where `ticket` starts. The program stands beside it, with what V8 made of it when it was built: on that same Node it
 * need not be compiled again, which is a third of the time that the program itself takes. Any other Node compiles it.
 */
import { readFileSync } from 'node:fs'
import { Script } from 'node:vm'

const filename = `${__dirname}/ticket-program.cjs`
const cachedData = compiled()
const program = new Script(readFileSync(filename, 'latin1'), { filename, ...(cachedData && { cachedData }) })
program.runInThisContext()(require, __dirname)

function compiled(): Buffer | null {
  try {
    return readFileSync(`${__dirname}/ticket-program.${process.version}`)
  } catch {
    return null
  }
}
