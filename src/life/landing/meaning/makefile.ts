/** Parts of a Makefile: the targets that a gate makes, their prerequisites, and everything outside of targets. */
import type { Parts, PartsOf } from './parts.ts'
import type { Runs } from './runs.ts'

/** Finds the parts of a Makefile that a gate depends on. */
export const ofMakefile: PartsOf = (text, runs) => {
  const blocks = blocksOf(text)
  const made = madeBy(blocks, runs)
  const parts: Parts = {}
  for (const block of blocks) {
    const { targets, body } = block
    const name = targets.length === 0 ? 'outside of targets' : `target ${targets.join(' ')}`
    if (targets[0] === '.PHONY') addPhony(parts, body, made)
    else if (targets.length === 0 || isMade(block, made) || isRead(block))
      parts[name] = `${parts[name] ?? ''}${body}\n`
  }
  return parts
}

interface Block {
  /** Targets; empty for text that is not a rule. */
  targets: string[]
  needs: string[]
  body: string
}

const RULE = /^([^\s#:=][^:=#]*?)\s*::?(?!=)\s*([^=#]*?)(?:;.*|#.*)?$/

/**
 * Splits the text into rules. A rule ends at the next line that is not indented; comments and empty lines have no
 * meaning.
 */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  for (const line of text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    if (/^\s*(#|$)/.test(line)) continue
    const last = blocks.at(-1)
    const rule = RULE.exec(line)
    if (/^\s/.test(line) && last) last.body += `\n${line.trim()}`
    else if (rule) blocks.push({ targets: words(rule[1]!), needs: words(rule[2]!), body: line })
    else blocks.push({ targets: [], needs: [], body: line })
  }
  return blocks
}

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '')

/** Names of the targets that the gate makes, with prerequisites; `%` stands for all when that is unclear. */
function madeBy(blocks: Block[], { lines }: Runs): Set<string> {
  const made = new Set<string>()
  let next = lines
    .filter((line) => MAKE.test(line))
    .flatMap((line) => {
      const asked = words(line.replace(/^.*?\bg?make\b/, '')).filter((word) => /^[\w.][\w./-]*$/.test(word))
      return asked.length > 0 ? asked : firstOf(blocks)
    })
  while (next.length > 0) {
    for (const name of next) made.add(name)
    next = blocks
      .filter((block) => isMade(block, made))
      .flatMap(({ targets, needs, body }) => [
        ...[...targets, ...needs].map((name) => (name.includes('$') ? '%' : name)),
        ...[...body.matchAll(/\$[({]MAKE[)}]\s+([\w -]+)/g)].flatMap(([, names]) => words(names!)),
      ])
      .filter((name) => !made.has(name))
  }
  return made
}

const MAKE = /\bg?make\b/

const firstOf = (blocks: Block[]): string[] =>
  blocks.find(({ targets }) => targets.length > 0 && !targets[0]!.startsWith('.'))?.targets ?? []

/**
 * True for a rule that the gate may make. Rules for patterns may make anything; special targets such as `.IGNORE` mean
 * all.
 */
const isMade = ({ targets }: Block, made: Set<string>) =>
  made.has('%') || targets.some((target) => made.has(target) || /^\.(?!PHONY$)|%/.test(target))

/** True for a rule with `$`, which is evaluated when the file is read, whether it is made or not. */
const isRead = ({ targets, needs }: Block) => [...targets, ...needs].some((name) => name.includes('$'))

/** Adds the phony targets: one that is no longer phony is not made once a file has its name. */
function addPhony(parts: Parts, body: string, made: Set<string>): void {
  const phony = words(body.replace(/^.*?:/, '')).filter((name) => made.has(name))
  if (phony.length > 0) parts['.PHONY'] = [...words(parts['.PHONY'] ?? ''), ...phony].sort().join(' ')
}
