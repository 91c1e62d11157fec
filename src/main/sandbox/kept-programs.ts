/**
 * Copies of the program's files that sandboxes are made with, in a folder of this process: the installed ones may be
 * replaced by another version while a server runs.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { besideTemplates, templatePath } from '../machine/templates.ts'

/** Copied files. */
export interface KeptPrograms {
  folder: string
  /** Program that runs in sandboxes. */
  scripted: string
  /** Program that Node runs beside a sandbox. */
  forwarder: string
  /** Script that Perl runs to enter namespaces. */
  entrance: string
  /** Writes missing files, before each use: somebody may have cleaned them away. */
  keep(): void
  clear(): void
}

/** Reads the files now; `keep` makes `folder`. Files that a build lacks are left out. */
export function keptPrograms(folder: string): KeptPrograms {
  const sources = {
    'scripted-agent.cjs': besideTemplates('scripted-agent.cjs'),
    'forward.cjs': templatePath('forward.cjs'),
    'enter.pl': templatePath('enter.pl'),
  }
  const files = Object.entries(sources).flatMap(([name, path]) =>
    existsSync(path) ? [[join(folder, name), readFileSync(path)] as const] : [],
  )
  return {
    folder,
    scripted: join(folder, 'scripted-agent.cjs'),
    forwarder: join(folder, 'forward.cjs'),
    entrance: join(folder, 'enter.pl'),
    keep() {
      for (const [path, content] of files) {
        if (existsSync(path)) continue
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        writeFileSync(path, content)
      }
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  }
}
