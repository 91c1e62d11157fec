/**
 * The files of the program that sandboxes are made with, kept in a folder of this process's own: those that were
 * installed may be replaced by another version's while a server runs.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { besideTemplates, templatePath } from '../machine/templates.ts'

export interface KeptPrograms {
  folder: string
  /** Runs in sandboxes. */
  scripted: string
  /** Is run by Node, beside a sandbox. */
  forwarder: string
  /** Is run by Perl; enters namespaces. */
  entrance: string
  /** Writes what is not there: somebody may have cleaned it away. Called before each use. */
  keep(): void
  clear(): void
}

/** Reads them now; `folder` is made by `keep`. What a build does not have is not kept. */
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
