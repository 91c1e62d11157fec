/** The blocks of our pages, typed as they stand, in a new project for each page. */
import { spawn } from 'node:child_process'
import { expect, it } from 'vitest'
import { blocksOf, PAGES } from '../pages-commands.ts'
import { person } from './person.ts'
import { said } from './server.ts'

/** No key is there, so agents are scripted. */
function reader() {
  const ada = person(
    {
      'app.js': 'export const app = 1\n',
      'package.json': '{ "scripts": { "test": "node --check app.js" } }\n',
    },
    { SWARM_HARNESS: 'scripted', SWARM_SANDBOX: 'process', SWARM_PORT: '0' },
  )
  const env = { ...ada.env, USER: 'ada' }
  const type = (script: string) =>
    said(spawn('sh', ['-euc', script], { cwd: ada.folder, env, stdio: ['ignore', 'pipe', 'pipe'] }))
  return { ...ada, type }
}

const pages = PAGES.map((page) => ({ path: page.path, blocks: blocksOf(page).filter(({ isRun }) => isRun) }))

it.each(pages.filter(({ blocks }) => blocks.length > 0))(
  'what $path says to type works',
  async ({ path, blocks }) => {
    const { swarm, type } = reader()
    if (!blocks[0]!.script.includes('swarm init')) await swarm('init', '.', '--yes')
    for (const { line, script } of blocks) {
      const { code, out, err } = await type(script)
      expect(code, `${path}:${line}\n${script}${out}${err}`).toBe(0)
    }
  },
)
