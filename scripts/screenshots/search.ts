/**
 * The ticket whose pages are pictured most: the real Claude Code works at it, through the gateway, with a scripted model
 * behind it. Its first attempt gives it back; the second meets a refusal and a red test, and lands.
 */
import { resolve } from 'node:path'
import { asker, swarm } from '../../bench/project.ts'
import { modelServer } from '../../tests/model/server.ts'

const TITLE = 'Search the catalogue'
const TICKET = {
  title: TITLE,
  priority: 3,
  description:
    'People look for things by a word that they remember.\n\n- titles **and** descriptions\n- every word must be there\n- no new dependency',
}

const TOO_EARLY = 'The catalogue has no index yet; somebody fresh should begin with that.'

const FIRST = [
  { say: 'I look at what is there first.', bash: 'ls src' },
  { write: { file: 'src/search.mjs', text: '// DRAFT: only titles yet\n' } },
  { text: 'A first version: titles only.' },
]
const RED = [{ bash: `ticket unclaim "$TICKET_ID" --reason "${TOO_EARLY}"` }, { text: 'I gave it back.' }]

const WORDS = `/** The words of a text, as they are compared. */
export const wordsOf = (text) => text.toLowerCase().normalize('NFKD').split(/\\W+/).filter(Boolean)
`
const SEARCH = `import { wordsOf } from './words.ts'

/** What has every word, in its title or its text. */
export const search = (words, all) =>
  all.filter(({ title, text }) => {
    const has = new Set(wordsOf(\`\${title} \${text}\`))
    return wordsOf(words).every((word) => has.has(word))
  })
`
const TEST = `import { search } from './search.ts'

const ALL = [
  { title: 'Käse', text: 'From the Alps' },
  { title: 'Bread', text: 'From our oven' },
]

/** Red unless the words find just this. */
function finds(words, title) {
  const found = search(words, ALL).map((each) => each.title)
  const isRight = found.length === 1 && found[0] === title
  console.log(isRight ? '✔' : '✖', words + ':', found.join(', ') || 'nothing')
  if (!isRight) process.exitCode = 1
}

finds('bread', 'Bread')
finds('from oven', 'Bread')
finds('kase', 'Käse')
`
const TESTS = { bash: 'node src/search.test.mjs' }

const AGAIN = [
  {
    say: 'The last attempt left a `DRAFT`. I begin with **an index**, then search titles and descriptions.',
    bash: 'ls src && git log --oneline -3',
  },
  { read: 'src/list-the-catalogue.ts' },
  { write: { file: 'src/words.mjs', text: WORDS } },
  { write: { file: 'src/search.mjs', text: SEARCH } },
  { write: { file: 'src/search.test.mjs', text: TEST } },
  TESTS,
  {
    say: 'Umlauts, as the comment asks: how does Unicode take letters apart?',
    bash: 'curl -sS https://unicode.org/Public/UNIDATA/NormalizationTest.txt | head',
  },
  {
    say: 'Out of reach, but `normalize` knows it: marks are dropped on **both** sides.',
    replace: {
      file: 'src/words.mjs',
      old: ".normalize('NFKD')",
      new: ".normalize('NFKD').replace(/\\p{M}/gu, '')",
    },
  },
  TESTS,
  {
    text: 'Done: `search` finds every product that has all words in its title or text, whatever marks they carry.',
  },
]

const SCENARIO = {
  prompts: [{ says: TOO_EARLY, turns: AGAIN }, { says: 'The gate is red', turns: RED }, { turns: FIRST }],
}

/** Lands the ticket. Gives its number. */
export async function playSearch(folder: string): Promise<number> {
  const model = await modelServer({ Search: SCENARIO }, /(Search) the catalogue/)
  const ours: Record<string, string> = {
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: 'sk-ant-test',
    SWARM_CLAUDE_BIN: resolve('.cache/harnesses/node_modules/.bin/claude'),
  }
  Object.assign(process.env, ours)
  try {
    const sandbox = ['--sandbox', 'bubblewrap', '--port', '0']
    swarm(folder, 'start', '--agents', '1', '--harness', 'claude', ...sandbox)
    const ask = asker(folder)
    const { id } = await ask('POST', '/api/tickets', TICKET)
    await ask('POST', `/api/tickets/${id}/comments`, {
      body: 'Umlauts, too, please: **Käse** is what sells best.',
    })
    await until(async () => (await ask('GET', `/api/tickets/${id}`)).status === 'done', TITLE)
    swarm(folder, 'stop')
    return id
  } finally {
    for (const name of Object.keys(ours)) delete process.env[name]
    await model.close()
  }
}

/** Waits until it holds, for two minutes at most. `what` says in a failure what did not come. */
export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 600) throw new Error(`It does not come to pass: ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
