/** Of a Makefile: the targets that a gate makes, what they need, and everything that stands outside of targets. */
import type { Parts, PartsOf } from './parts.ts'
import type { Runs } from './runs.ts'

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
  /** None: it is no rule. */
  targets: string[]
  needs: string[]
  body: string
}

const RULE = /^([^\s#:=][^:=#]*?)\s*::?(?!=)\s*([^=#]*?)(?:;.*|#.*)?$/

/** A rule goes on to the next line that is not indented; comments and empty lines mean nothing. */
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

/** Names of the targets that the gate makes, by what they need; `%` stands for all when it cannot be told which. */
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

/** Rules for patterns may make anything; special targets such as `.IGNORE` mean all. */
const isMade = ({ targets }: Block, made: Set<string>) =>
  made.has('%') || targets.some((target) => made.has(target) || /^\.(?!PHONY$)|%/.test(target))

/** What stands in a rule with `$` is worked out when the file is read, whether it is made or not. */
const isRead = ({ targets, needs }: Block) => [...targets, ...needs].some((name) => name.includes('$'))

/** A target that is phony no more is not made once a file has its name. */
function addPhony(parts: Parts, body: string, made: Set<string>): void {
  const phony = words(body.replace(/^.*?:/, '')).filter((name) => made.has(name))
  if (phony.length > 0) parts['.PHONY'] = [...words(parts['.PHONY'] ?? ''), ...phony].sort().join(' ')
}
