/** Names that get lost on somebody's disk land, and a person is told; what stands for a protected file waits. */
import { describe, expect, it } from 'vitest'
import { oddNames } from '../../src/life/landing/odd-names.ts'
import { shown } from '../../src/ports/path-bytes.ts'
import type { Change } from '../../src/ports/repo.ts'
import { swarm } from './swarm.ts'

const write = (file: string, text = 'x\n') => ({ write: { file, text } })

const change = (path: string, kind: Change['kind'] = 'added', from: string | null = null): Change => ({
  ...{ path, from, kind, oldMode: '100644', newMode: '100644', oldId: '0', newId: '1' },
})

describe('odd names', () => {
  const PATHS = ['README.md', 'src/shop.ts', 'src/aux/a.ts', 'Straße.txt', 'caf\u00e9.txt']
  it.each<[string, Change[], string[]]>([
    ['other case', [change('Readme.MD')], ['Readme.MD: the same as README.md on disks that ignore case']],
    [
      'another form of Unicode',
      [change('cafe\u0301.txt'), change('STRASSE.txt')],
      [
        'cafe\u0301.txt: the same as caf\u00e9.txt on disks that ignore case',
        'STRASSE.txt: the same as Straße.txt on disks that ignore case',
      ],
    ],
    [
      'a folder, once',
      [change('SRC/a.ts'), change('SRC/b.ts'), change('SRC/b/c.ts')],
      ['SRC: the same as src on disks that ignore case'],
    ],
    [
      'two new ones',
      [change('a.txt'), change('A.txt')],
      ['A.txt: the same as a.txt on disks that ignore case'],
    ],
    ['what Windows keeps', [change('lib/nul/a.ts')], ['lib/nul: Windows keeps this name for itself']],
    ['a stream', [change('a.txt:b')], ['a.txt:b: Windows takes no name with :']],
    [
      'a new name of a file',
      [change('con.txt', 'renamed', 'c.txt')],
      ['con.txt: Windows keeps this name for itself'],
    ],
    [
      'nothing that was there',
      [change('src/aux/b.ts'), change('README.md', 'changed'), change('src/a.ts')],
      [],
    ],
    ['no file that only gets other letters', [change('Readme.md', 'renamed', 'README.md')], []],
    ['nothing in the place of what goes', [change('readme.md'), change('README.md', 'deleted')], []],
    ['no usual names', [change('docs/how to.md'), change('日本/語.md'), change('[id]/(a)/@b.tsx')], []],
  ])('tell %s', async (_, changes, expected) => {
    expect(await oddNames(changes, new Set(PATHS))).toEqual(expected)
  })

  it('are told on the receipt of what landed with them', () =>
    swarm(async (s) => {
      const id = await s.file('Add', [write('readme.md'), write('aux.txt'), write('a:b'), write('usual.txt')])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Add'])
      const [receipt] = await s.world.store.receipts({ ticket: id, limit: 1 })
      expect(receipt?.doubts.toSorted()).toEqual([
        'a:b: Windows takes no name with :',
        'aux.txt: Windows keeps this name for itself',
        'readme.md: the same as README.md on disks that ignore case',
      ])
    }))

  it.each(['CLAUDE~1/settings.json', 'CLAUDE.md.', 'sub/.claude\\settings.json', 'AGENTS.md::$DATA'])(
    'wait for a person when they stand for a protected file: %s',
    (name) =>
      swarm(
        async (s) => {
          const id = await s.file('Steer', [write(name)])
          await s.settle()
          expect(await s.main()).toEqual([])
          const { stage } = await s.ticket(id)
          expect(stage).toMatchObject({ status: 'ready', held: [shown(name)] })
        },
        { settings: { protectedPaths: ['**/.claude/**', '**/CLAUDE.md', '**/AGENTS.md'] } },
      ),
  )

  it('land nothing in the swarm’s own folder, whatever it is called', () =>
    swarm(
      async (s) => {
        const id = await s.file('Steer', [write('SWARM~1/config.json')])
        await s.settle()
        expect(await s.main()).toEqual([])
        expect((await s.attempts(id))[0]?.reason).toContain('SWARM~1/config.json belongs to the swarm')
      },
      { settings: { verifyRetries: 0 } },
    ))
})
