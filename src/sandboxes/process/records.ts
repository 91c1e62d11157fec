/**
 * Records of sandboxes: a file beside each folder names its owner and the processes that ran in it, for a server that
 * finds it orphaned.
 */
import { appendFileSync, writeFileSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startOf } from '../table.ts'
import { removeAll } from './files.ts'
import { endLeftovers, type Tree } from './tree.ts'

const SUFFIX = '.processes'

const recordOf = (folder: string) => `${folder}${SUFFIX}`

/** Records the owner in the first line, before the folder exists, so that no folder lacks a record. */
export function recordOwner(folder: string): void {
  writeFileSync(recordOf(folder), lineOf(process.pid, startOf(process.pid) ?? ''))
}

/** Records a process. A full disk is ignored: the server that started the process still ends it. */
export function recordProcess(folder: string, pid: number, started: string): void {
  try {
    appendFileSync(recordOf(folder), lineOf(pid, started))
  } catch {}
}

/** Removes the record of a sandbox. */
export const forget = (folder: string) => rm(recordOf(folder), { force: true })

const lineOf = (pid: number, started: string) => `${pid} ${started}\n`

/** Ends and removes every sandbox below `root` whose owner is dead; gives their number. */
export async function reap(root: string): Promise<number> {
  const files = await readdir(root).catch(() => [])
  let reaped = 0
  for (const file of files.filter((name) => name.endsWith(SUFFIX))) {
    const folder = join(root, file.slice(0, -SUFFIX.length))
    const [owner, ...ran] = parse(await readFile(recordOf(folder), 'utf8').catch(() => ''))
    if (owner !== undefined && startOf(owner[0]) === owner[1]) continue
    await endLeftovers(leftOf(ran), folder)
    await removeAll(folder)
    await forget(folder)
    reaped++
  }
  return reaped
}

/** Processes of a record that are still the same ones. */
const leftOf = (ran: [number, string][]): Tree =>
  new Map(ran.filter(([pid, started]) => pid > 1 && startOf(pid) === started))

const parse = (record: string) =>
  record.split('\n').flatMap((line): [number, string][] => {
    const [, pid, started] = /^(\d+) (\S+)$/.exec(line) ?? []
    return pid === undefined ? [] : [[Number(pid), started!]]
  })
