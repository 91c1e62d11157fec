/** A process that has no descriptor left, tries to start programs in every way that we have, and again when it has some. */
import { closeSync, openSync } from 'node:fs'
import { desktop } from '../../src/notifiers/desktop/desktop.ts'
import { Trouble } from '../../src/ports/trouble.ts'
import { engineOf } from '../../src/sandboxes/docker/engine.ts'
import { exec } from '../../src/sandboxes/process/exec.ts'
import { watch } from '../../src/sandboxes/process/tree.ts'

const signal = new AbortController().signal
const env = { PATH: process.env.PATH as string }

const trees = watch()
const inFolder = () =>
  exec({ checkout: '/', env, watch: trees, recorded: () => {}, folder: () => null }, ['echo', 'hello'], {
    signal,
  }).then(({ output }) => output.trim())

const engine = engineOf({ program: 'echo', env })
const notifier = desktop({ program: 'echo', env })
const ways: Record<string, () => Promise<unknown>> = {
  sandbox: inFolder,
  engine: () => engine.ask(['hello']),
  notice: () => notifier.send({ id: 'a', at: 0, title: 'hello', urgent: false, items: [] }, signal),
  following: () => engine.follow(['hello'], { onLine: () => {}, signal }),
}

const told = (thrown: unknown) =>
  thrown instanceof Trouble
    ? `${thrown.name}, ${thrown.retryable ? 'to be tried again' : 'for good'}`
    : String(thrown)

async function tryAll(): Promise<Record<string, unknown>> {
  const results = await Promise.all(Object.values(ways).map((way) => way().catch(told)))
  return Object.fromEntries(Object.keys(ways).map((name, at) => [name, results[at]]))
}

async function main(): Promise<void> {
  const open: number[] = []
  try {
    for (;;) open.push(openSync('/dev/null', 'r'))
  } catch {
    // None is left.
  }
  const before = await tryAll()
  for (const each of open) closeSync(each)
  process.stdout.write(JSON.stringify({ before, after: await tryAll() }))
}

void main()
