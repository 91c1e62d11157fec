/** The commands that our pages tell people to type. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

export interface Page {
  path: string
  text: string
}

/** What people read; pages that are made from the sources are checked as such, and the original's words are its own. */
export const PAGES: Page[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter(
      (name) => name.endsWith('.md') && !['ticket.md', 'settings.md', 'life-of-a-ticket.md'].includes(name),
    )
    .map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))

export interface Block {
  line: number
  script: string
  /** It is marked `no-run`: only its commands and flags are checked. */
  isRun: boolean
}

export function blocksOf({ text }: Page): Block[] {
  return [...text.matchAll(/^```sh( no-run)?\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length + 1,
    script: match[2]!,
    isRun: match[1] === undefined,
  }))
}

/** Command lines of `swarm`, `ticket` and `npm`, as words: those in blocks, and those in the text between. */
export function commandsOf(page: Page): string[][] {
  const lines = blocksOf(page).flatMap(({ script }) => withoutHeredocs(script).split('\n'))
  const spans = [...page.text.replace(/^(```+)[^`][\s\S]*?^\1$/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    (match) => match[1]!,
  )
  // `swarm start` in a sentence is the name of a command; with more words it is a whole line.
  const named = spans.flatMap(commandsIn).map((words) => (words.length === 2 ? [...words, '--help'] : words))
  return [...lines.flatMap(commandsIn), ...named].filter(
    ([program = '', ...rest]) => ['swarm', 'ticket', 'npm'].includes(program) && rest.length > 0,
  )
}

const withoutHeredocs = (script: string) => script.replace(/<<'(\w+)'\n[\s\S]*?\n\1$/gm, '')

/** Simple commands of a line of shell; quotes are taken off, and what follows `#` is left out. */
function commandsIn(line: string): string[][] {
  const commands: string[][] = [[]]
  for (const [token] of line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'|&;])+|[|&;]+/g)) {
    if (token.startsWith('#') || token === '>') break
    if (/^[|&;]+$/.test(token)) commands.push([])
    else commands.at(-1)!.push(token.replaceAll(/["']/g, ''))
  }
  return commands
}
