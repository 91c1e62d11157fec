/** Prompts in a person's terminal. Their library is loaded at the first question. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Person } from '../../cli/swarm/host/terminal.ts'
import type { Environment } from './environment.ts'

const clack = () => import('@clack/prompts')

/** Makes the questions to a person in this terminal. Giving up is null, or no. */
export const prompts = (environment: Environment): Omit<Person, 'canAsk'> => ({
  async confirm(question) {
    const { confirm, isCancel } = await clack()
    const answer = await confirm({ message: question })
    return !isCancel(answer) && answer
  },
  async choose(question, choices) {
    const { selectKey, isCancel } = await clack()
    const options = choices.map(({ key, label }) => ({ value: key as string, label }))
    const answer = await selectKey({ message: question, options })
    return isCancel(answer) ? null : (answer as (typeof choices)[number]['key'])
  },
  async ask(question) {
    const { text, isCancel } = await clack()
    const answer = await text({ message: question })
    return isCancel(answer) ? null : (answer ?? '')
  },
  async askSecret(question) {
    const { password, isCancel } = await clack()
    const answer = await password({ message: question })
    return isCancel(answer) ? null : (answer ?? '')
  },
  edit: async (text, name) => edit(text, name, environment),
})

/** Opens the person's editor. `VISUAL` and `EDITOR` may hold arguments, so the shell reads them, as git's does. */
function edit(text: string, name: string, environment: Environment): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-edit-'))
  try {
    const file = join(folder, name)
    writeFileSync(file, text, { mode: 0o600 })
    const editor = environment.VISUAL || environment.EDITOR || 'vi'
    const { status } = spawnSync('sh', ['-c', `${editor} "$1"`, 'sh', file], {
      stdio: 'inherit',
      env: environment,
    })
    return status === 0 ? readFileSync(file, 'utf8') : null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
