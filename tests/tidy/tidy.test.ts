/** The rules of the house, as tests. Each finding says what to do about it. */
import { describe, expect, it } from 'vitest'
import { lifeOfATicket } from '../ticket/page.ts'
import { docComments } from './doc-comments.ts'
import { environment, oneDoor, oneMergeQueue, purity, sql } from './doors.ts'
import { cycles, dead, layers, roomCycles } from './layers.ts'
import { configSchema, settings, ticketCommands } from './made-pages.ts'
import { decisions, dependencies, links, mentions, pageSizes } from './pages.ts'
import { barrels, classes, migrations, names, phrases, ports, sizes } from './shape.ts'
import { type Finding, type Source, tree } from './source.ts'
import { threats } from './threats.ts'

const sources = tree()

describe('the layout tells the story', () => {
  it.each<[string, (sources: Source[]) => Finding[]]>([
    ['each folder imports only what it may', layers],
    ['nothing imports in a circle', cycles],
    ['no room does either', roomCycles],
    ['every file is used by a program', dead],
    ['only main/ reads the environment', environment],
    ['the core is pure', purity],
    ['only life/apply.ts asks the rules', oneDoor],
    ['only life/landing/land.ts moves main', oneMergeQueue],
    ['only stores speak SQL', sql],
  ])('%s', (_, rule) => {
    expect(rule(sources)).toEqual([])
  })
})

describe('the code is small and plain', () => {
  it.each<[string, (sources: Source[]) => Finding[]]>([
    ['files and functions are short', sizes],
    ['names say something', names],
    ['files are imported themselves, not through others', barrels],
    ['only errors are classes', classes],
    ['doc comments stand alone, and every export has one', docComments],
    ['ports are small', ports],
    ['nothing is put off, left out, silenced, or of one machine', phrases],
    ['migrations are numbered without gaps', migrations],
  ])('%s', (_, rule) => {
    expect(rule(sources)).toEqual([])
  })
})

describe('the pages are true', () => {
  it.each<[string, (sources: Source[]) => Finding[]]>([
    ['links lead somewhere', links],
    ['files and folders that they name are there', mentions],
    ['decisions are one page, with their four parts', decisions],
    ['every dependency has its reason', dependencies],
    ['the pages at the root are short', pageSizes],
    ['each threat has a test that attacks it', threats],
  ])('%s', (_, rule) => {
    expect(rule(sources)).toEqual([])
  })

  it.each([
    ['docs/life-of-a-ticket.md', lifeOfATicket],
    ['docs/settings.md', settings],
    ['docs/ticket.md', ticketCommands],
    ['templates/config.schema.json', configSchema],
  ])('%s is what the sources say now; `npm run docs` writes it', (path, make) => {
    expect(sources.find((source) => source.path === path)?.text).toBe(make())
  })
})
