/** A history of our own: thirty commits on a small library for postage, with everything that a history can hold. */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gitIn } from './history.ts'
import { RECORDED, type Step } from './recorded-commits.ts'

/** Its gate needs Node and nothing else, and takes a tenth of a second. */
export const RECORDED_GATE = 'node test/all.js'

/** Commits of it after the first one. */
export const RECORDED_COUNT = RECORDED.filter(({ on }) => on === undefined).length - 1

const FIRST_DAY = Date.UTC(2024, 2, 1, 9)
const DAY_MS = 86_400_000

/** Makes it below `above`, the same to the last byte each time; gives the folder. */
export function record(above: string): string {
  const folder = join(above, 'recorded')
  mkdirSync(folder)
  const git = (...args: string[]) => gitIn(folder, args).toString('utf8').trim()
  git('init', '--quiet', '--template=', '--initial-branch=main')
  git('config', 'user.name', 'Ada')
  git('config', 'user.email', 'ada@example.org')
  for (const [at, { subject, steps, on = 'main', merges }] of RECORDED.entries()) {
    const date = new Date(FIRST_DAY + at * DAY_MS).toISOString()
    if (at > 0) git('checkout', '--quiet', ...(git('branch', '--list', on) === '' ? ['-b'] : []), on)
    if (merges) git('merge', '--quiet', '--no-ff', '--no-commit', merges)
    for (const step of steps) carryOut(folder, step)
    git('add', '--all')
    const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
    gitIn(folder, ['commit', '--quiet', '--allow-empty', '--message', subject], { env })
    if (at > 0) git('checkout', '--quiet', 'main')
  }
  return folder
}

function carryOut(folder: string, step: Step): void {
  const at = (path: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    return join(folder, path)
  }
  if ('write' in step) writeFileSync(at(step.write), step.text)
  else if ('bytes' in step) writeFileSync(at(step.bytes), Buffer.from(step.hex, 'hex'))
  else if ('rename' in step) renameSync(at(step.rename), at(step.to))
  else if ('remove' in step) rmSync(at(step.remove), { recursive: true })
  else if ('mode' in step) chmodSync(at(step.mode), step.to)
  else if ('link' in step) symlinkSync(step.to, at(step.link))
  else {
    const before = readFileSync(at(step.edit), 'utf8')
    if (before.split(step.old).length !== 2) throw new Error(`${step.edit} has not once: ${step.old}`)
    writeFileSync(
      at(step.edit),
      before.replace(step.old, () => step.to),
    )
  }
}
