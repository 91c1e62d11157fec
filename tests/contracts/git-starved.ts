/** A process that has no descriptor left, asks git, and asks again when it has some. */
import { closeSync, openSync } from 'node:fs'
import { Trouble } from '../../src/ports/trouble.ts'
import { openGit } from '../../src/repos/git/git.ts'

async function main(bare: string): Promise<void> {
  const repo = openGit({ path: bare, branch: 'main' })
  const open: number[] = []
  try {
    for (;;) open.push(openSync('/dev/null', 'r'))
  } catch {
    // None is left.
  }
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => repo.tip()))
  for (const each of open) closeSync(each)
  const [first] = asked
  const thrown = first?.status === 'rejected' ? first.reason : null
  const trouble =
    thrown instanceof Trouble ? { code: thrown.code, retryable: thrown.retryable } : String(thrown)
  const after = (await repo.tip()).subject === 'Begin' ? repo.branch : 'lost'
  process.stdout.write(JSON.stringify({ trouble, after }))
}

void main(process.argv.at(-1) as string)
