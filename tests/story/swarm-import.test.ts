import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeOriginal } from '../contracts/store-original.ts'
import { newFolder, swarm } from './terminal.ts'

async function project(files: Record<string, string> = {}) {
  const folder = newFolder()
  await swarm(['init', '.', '--yes'], { folder })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const counts = async (folder: string) =>
  JSON.parse((await swarm(['status', '--format', 'json'], { folder })).out).counts

async function imported(folder: string, ...argv: string[]) {
  const { code, out, err } = await swarm(['import', ...argv, '--yes', '--format', 'json'], { folder })
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out)
}

const GITHUB = JSON.stringify([
  {
    number: 7,
    title: 'Search',
    body: 'As you type.',
    state: 'OPEN',
    labels: [{ name: 'feature' }],
    url: 'https://github.example/ada/shop/issues/7',
    comments: [{ author: { login: 'bob' }, body: 'Fuzzy, please.' }],
  },
  { number: 9, title: 'Index', body: 'Part of #7', state: 'OPEN' },
  { number: 12, title: 'Document search', body: 'Blocked by #7, #9 and #99.\nDepends on #3', state: 'OPEN' },
  { number: 3, title: 'Old', body: '', state: 'CLOSED' },
])

const BEADS = [
  {
    id: 'bd-1',
    title: 'Search',
    description: 'As you type.',
    status: 'open',
    priority: 0,
    issue_type: 'epic',
  },
  {
    id: 'bd-2',
    title: 'Index',
    acceptance_criteria: 'It is quick.',
    status: 'in_progress',
    dependencies: [
      { issue_id: 'bd-2', depends_on_id: 'bd-1', type: 'parent-child' },
      { issue_id: 'bd-2', depends_on_id: 'bd-3', type: 'blocks' },
      { issue_id: 'bd-2', depends_on_id: 'bd-1', type: 'related' },
    ],
  },
  { id: 'bd-3', title: 'Store', status: 'open', comments: [{ author: 'ada', text: 'In a file.' }] },
  { id: 'bd-4', title: 'Gone', status: 'closed' },
]
  .map((each) => JSON.stringify(each))
  .join('\n')

const CHECKLIST = `# Plan

## Search
- [ ] Search
  Over the titles.
  - [x] Store
  - [ ] Index
    With a tree.
- [x] Sketch

Not a part of any box.

## Later
1. [ ] Search
`

describe('swarm import', () => {
  it('brings in issues of GitHub, with parents, blockers and comments', async () => {
    const folder = await project({ 'issues.json': GITHUB })
    expect(await imported(folder, 'issues.json')).toMatchObject({
      source: 'github ada/shop',
      created: [
        { key: '7', id: 1, title: 'Search' },
        { key: '9', id: 2 },
        { key: '12', id: 3 },
      ],
      dropped: [
        { key: '12', by: '99' },
        { key: '12', by: '3' },
      ],
      done_and_left_out: 1,
    })
    expect(await counts(folder)).toMatchObject({ open: 3, blocked: 1 })
    const { out } = await swarm(['import', 'issues.json', '--dry-run'], { folder })
    expect(out).toBe('0 new tickets, 3 known already, 1 done and left out.\n')
  })

  it('brings in what is new of a second export, under the parent that is there', async () => {
    const folder = await project({ 'issues.json': GITHUB })
    await imported(folder, 'issues.json')
    const more = [...JSON.parse(GITHUB), { number: 13, title: 'Sort', body: 'Part of #7. Blocked by #9' }]
    writeFileSync(join(folder, 'issues.json'), JSON.stringify(more))
    expect(await imported(folder, 'issues.json')).toMatchObject({
      created: [{ key: '13', id: 4 }],
      dropped: [],
    })
    expect(await counts(folder)).toMatchObject({ open: 4, blocked: 2 })
  })

  it('brings in beads, the urgent ones first', async () => {
    const folder = await project({ '.beads/issues.jsonl': BEADS })
    const { created } = await imported(folder, '.beads/issues.jsonl')
    expect(created.map(({ key }: { key: string }) => key)).toEqual(['bd-1', 'bd-2', 'bd-3'])
    expect(await counts(folder)).toMatchObject({ open: 3, blocked: 1 })
  })

  it('brings in the open boxes of a checklist, with their parts', async () => {
    const folder = await project({ 'PLAN.md': CHECKLIST })
    expect((await swarm(['import', 'PLAN.md', '--dry-run'], { folder })).out).toMatchInlineSnapshot(`
      "3 new tickets, 2 done and left out.
        Search / Search
        Search / Search / Index
        Later / Search
      "
    `)
    const { created, done_and_left_out } = await imported(folder, 'PLAN.md')
    expect(created.map(({ key }: { key: string }) => key)).toEqual([
      'Search / Search',
      'Search / Search / Index',
      'Later / Search',
    ])
    expect(done_and_left_out).toBe(2)
    expect((await imported(folder, 'PLAN.md')).created).toEqual([])
  })

  it("brings in the original's database, and leaves its file as it is", async () => {
    const folder = await project()
    const path = join(folder, 'old.db')
    makeOriginal(path, 3, {
      tickets: [
        [1, 'Search', 'As you type.', 'in_progress', 'task', 'agent-1', null, 'human', 't', 't'],
        [2, 'Which store?', null, 'open', 'question', 'human', 1, 'agent-1', 't', 't'],
        [3, 'Old', null, 'done', 'task', null, null, 'human', 't', 't'],
      ].map((row) => row.map((cell) => (cell === 't' ? '2026-01-01 00:00:00' : cell))),
      blockers: [
        [1, 2],
        [1, 3],
      ],
      comments: [[1, 1, 'human', 'Soon.', '2026-01-01 00:00:00']],
    })
    expect(await imported(folder, 'old.db')).toMatchObject({
      created: [{ key: '1' }, { key: '2' }],
      dropped: [],
    })
    expect(await counts(folder)).toMatchObject({ open: 2, blocked: 1, needs_person: 1, in_progress: 0 })
    expect((await imported(folder, 'old.db')).known).toHaveLength(2)
  })

  it('shows first what it would file, and asks', async () => {
    const folder = await project({ 'issues.json': GITHUB })
    const asked = await swarm(['import', 'issues.json'], { folder, answer: false })
    expect(asked.out).toContain('3 new tickets, 1 done and left out.')
    expect(asked.out).toMatch(/12 +Document search +after 7, 9, 99 and 1 more/)
    expect(asked.err).toBe('Nothing was imported.\n')
    expect((await swarm(['import', 'issues.json'], { folder })).err).toContain('needs your confirmation')
    expect(await counts(folder)).toMatchObject({ open: 0 })
    expect((await swarm(['import', 'issues.json'], { folder, answer: true })).out).toContain(
      '3 tickets filed: #1, #2, #3.',
    )
  })

  it.each([
    ['issues.json', '[{"number": 1}]', 'issues.json, field 0.title:'],
    ['issues.json', '[{', 'issues.json is not JSON'],
    ['x.jsonl', '{"id":"a-1","title":"A"}\n{"id":"a-2"}', 'x.jsonl, line 2, field title:'],
    ['x.jsonl', '{"id":"a-1","title":"A"}\n{"id":"a-1","title":"B"}', 'x.jsonl has a-1 twice'],
    ['x.md', 'hello', "x.md contains no tickets: a line such as '- [ ] Add search' is one."],
    ['x.bin', 'hello', 'The format of x.bin is unclear. Name it: --from github, beads, markdown, original.'],
  ])('says what is wrong with %s that holds %j, and files nothing', async (path, text, sentence) => {
    const folder = await project({ [path]: text })
    const { code, err } = await swarm(['import', path, '--yes'], { folder })
    expect([code, err]).toEqual([1, expect.stringContaining(sentence)])
    expect(await counts(folder)).toMatchObject({ open: 0 })
    expect((await swarm(['import', 'nowhere.md'], { folder })).err).toBe('There is no file nowhere.md.\n')
  })

  it('files circles without what closes them, and says so', async () => {
    const circle = [1, 2].map((number) => ({
      number,
      title: `No. ${number}`,
      body: `Blocked by #${3 - number}. Part of #${3 - number}`,
    }))
    const folder = await project({ 'issues.json': JSON.stringify(circle) })
    expect(await imported(folder, 'issues.json')).toMatchObject({
      created: [{ key: '2' }, { key: '1' }],
      dropped: [{ key: '1', by: '2' }],
    })
  })
})
