/** No page tells people to type what the programs do not know. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from '../../src/cli/ticket/parse.ts'
import { TABLE } from '../../src/cli/ticket/table.ts'
import { blocksOf, commandsOf, PAGES } from '../pages-commands.ts'
import { newFolder, swarm } from './terminal.ts'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))

/** What is wrong with a command line, as its program says it; null when it knows all of it. */
async function wrong([program, ...argv]: string[], folder: string): Promise<string | null> {
  if (program === 'ticket') {
    const asked = parse(argv, TABLE)
    return asked.asked === 'misuse' ? JSON.stringify(asked) : null
  }
  if (program === 'npm') {
    const [verb, name] = argv
    if (verb === 'run' || verb === 'test')
      return (verb === 'run' ? name! : verb) in scripts ? null : `no script ${name}`
    return ['install', 'link', 'ci'].includes(verb!) ? null : `npm ${verb}`
  }
  // Outside of a project each command only says so, unless its words make no sense. The demo would make one.
  const { code, err } = await swarm(argv[0] === 'demo' ? [...argv, '--help'] : argv, { folder })
  return code === 2 ? err : null
}

it.each(PAGES.map((page) => [page.path, page] as const))(
  '%s names only commands and flags that there are',
  async (_, page) => {
    const found: string[] = []
    for (const command of commandsOf(page)) {
      const why = await wrong(command, newFolder())
      if (why !== null) found.push(`${command.join(' ')}: ${why}`)
    }
    expect(found).toEqual([])
  },
)

it('finds what is wrong', async () => {
  const page = {
    path: 'x.md',
    text: '```sh\nswarm strat && ticket lst\n```\nSay `swarm scale --many` or `npm run nothing`.\n',
  }
  const said = await Promise.all(commandsOf(page).map((command) => wrong(command, newFolder())))
  expect(said).toHaveLength(4)
  expect(said).not.toContain(null)
})

it('has commands to check and blocks to run', () => {
  expect(PAGES.flatMap(commandsOf).length).toBeGreaterThan(100)
  expect(PAGES.flatMap(blocksOf).filter(({ isRun }) => isRun).length).toBeGreaterThan(4)
})
