/** The notices that the licences of bundled packages ask for. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MIT } from './mit.ts'

/** A package that bundles hold code of. */
export interface Bundled {
  name: string
  version: string
  /** As SPDX names it. */
  license: string
  /** All that the package says of it, in full. */
  text: string
}

/** The bundlers add code of their own to what they bundle, and none of what they themselves hold of others. */
const BUNDLERS = ['esbuild', 'rolldown', 'vite']
const OF_OTHERS = /^#+ Licenses of bundled dependencies[\s\S]*/m

/** Names of files that hold a licence or what it asks to be passed on. */
const LICENSE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i

/** A page of all notices, by name. Takes the paths of bundled files; refuses a package without a licence. */
export function noticesOf(files: readonly string[]): string {
  const rule = '-'.repeat(80)
  const notices = bundledIn(files).map(
    ({ name, version, license, text }) => `${rule}\n${name} ${version} (${license})\n\n${text}\n`,
  )
  return [
    'The programs and pages in this folder hold code of these packages, under the licences that follow.\n',
    ...notices,
  ].join('\n')
}

/** The packages that these files are of, and the bundlers, by name. */
export function bundledIn(files: readonly string[]): Bundled[] {
  const folders = new Set(files.flatMap((file) => folderOf(file) ?? []))
  for (const name of BUNDLERS) folders.add(`node_modules/${name}`)
  return [...folders].map(packageAt).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The innermost package that a file is in, from the root of the repository; null for a file of ours. */
function folderOf(file: string): string | null {
  const path = file.replaceAll('\\', '/')
  const inner = path.lastIndexOf('node_modules/')
  if (inner < 0) return null
  const [name] = path.slice(inner + 'node_modules/'.length).match(/^(@[^/]+\/)?[^/]+/)!
  return `${path.slice(path.indexOf('node_modules/'), inner)}node_modules/${name}`
}

/** Reads what a package says of itself. `folder` is where it is installed. */
export function packageAt(folder: string): Bundled {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder).filter((each) => LICENSE_FILE.test(each))
  const texts = files
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replace(OF_OTHERS, '').trim())
  if (typeof license !== 'string' || license === 'UNLICENSED')
    throw new Error(`${name} names no licence: it cannot be bundled.`)
  if (texts.length === 0 && license !== 'MIT')
    throw new Error(`${name} brings no text of its licence, ${license}: it cannot be bundled.`)
  return { name, version, license, text: texts.join('\n\n') || MIT(holder(name, author)) }
}

/** Whom the copyright is of, where only package.json says it. */
function holder(name: string, author: unknown): string {
  const said = typeof author === 'string' ? author : (author as { name?: string } | undefined)?.name
  return said?.replace(/ *[<(].*$/, '') || `the authors of ${name}`
}
