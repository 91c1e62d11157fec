/** The files of the repository, and where things stand in them. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Source {
  /** From the root of the repository, with slashes. */
  path: string
  text: string
}

/** `path:line what to do about it` */
export type Finding = string

export const finding = (path: string, line: number, advice: string): Finding => `${path}:${line} ${advice}`

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** What .gitignore leaves out, and what is not text. */
const LEFT_OUT = new Set(['.git', 'node_modules', 'dist', '.cache', '.swarm'])
const NOT_TEXT = /\.(png|jpg|ico|woff2|gz|db|log)$/

/** Every text file of the repository. */
export function tree(folder = ''): Source[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry): Source[] => {
    if (LEFT_OUT.has(entry.name)) return []
    const path = posix.join(folder, entry.name)
    if (entry.isDirectory()) return tree(path)
    if (!entry.isFile() || NOT_TEXT.test(entry.name)) return []
    return [{ path, text: readFileSync(join(ROOT, path), 'utf8') }]
  })
}

export const isCode = ({ path }: Source): boolean => /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith('.d.ts')

export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

export const linesOf = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

/** Every match of a global pattern, with its line. */
export const matches = (text: string, pattern: RegExp): { match: RegExpExecArray; line: number }[] =>
  [...text.matchAll(pattern)].map((match) => ({ match, line: lineAt(text, match.index) }))
