/** What a release refuses, and what it writes. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { released, type State, wrongWith } from '../../scripts/release/plan.ts'

const GOOD: State = {
  version: '1.2.3',
  status: '',
  branch: 'main',
  tags: ['v1.2.2'],
  origin: 'git@example.org:them/it.git',
  repository: 'git+https://example.org/them/it.git',
  changelog: '# Changes\n\n## 1.2.3, not released yet\n\n- New.\n\n## 1.2.2, 2026-01-01\n',
  isPublished: true,
}

describe('a release', () => {
  it('is made of a clean main whose changelog holds its version', () => {
    expect(wrongWith(GOOD)).toBeNull()
  })

  it.each<[string, Partial<State>, string]>([
    ['a version that is none', { version: '1.2' }, '--version must be like 1.2.3, not "1.2".'],
    ['a dirty tree', { status: ' M README.md' }, 'Commit or undo first what git status shows:\n M README.md'],
    ['a version that is out', { tags: ['v1.2.3'] }, 'Version 1.2.3 is released: there is a tag v1.2.3.'],
    [
      'another version than the changelog has',
      { version: '1.3.0' },
      'The top of CHANGELOG.md must be "## 1.3.0, not released yet", not 1.2.3.',
    ],
    [
      'a changelog with nothing new',
      { changelog: '## 1.2.2, 2026-01-01\n' },
      'The top of CHANGELOG.md must be "## 1.2.3, not released yet", not a release.',
    ],
    ['another branch', { branch: 'mine' }, 'Releases are made on main, not on mine.'],
    [
      'a repository that is not where it is pushed to',
      { origin: 'https://example.org/me/it' },
      'package.json says that the repository is git+https://example.org/them/it.git, but origin is https://example.org/me/it: provenance would be refused.',
    ],
  ])('refuses %s', (_, change, sentence) => {
    expect(wrongWith({ ...GOOD, ...change })).toBe(sentence)
  })

  it('is tried on any branch, wherever that is pushed to', () => {
    const tried = { ...GOOD, isPublished: false, branch: 'mine', origin: 'elsewhere' }
    expect(wrongWith(tried)).toBeNull()
    expect(wrongWith({ ...tried, status: ' M README.md' })).toContain('Commit or undo first')
  })

  it('writes its version and its day, and changes nothing else', () => {
    const paths = ['package.json', 'package-lock.json']
    const now = Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'utf8')]))
    const { version } = JSON.parse(now['package.json']!)
    expect(released({ version, day: '2026-02-03', files: now })).toEqual(now)
    const later = released({
      version: '1.2.3',
      day: '2026-02-03',
      files: { ...now, 'CHANGELOG.md': GOOD.changelog },
    })
    expect(later['CHANGELOG.md']).toBe(GOOD.changelog.replace('1.2.3, not released yet', '1.2.3, 2026-02-03'))
    expect(JSON.parse(later['package.json']!).version).toBe('1.2.3')
    expect(JSON.parse(later['package-lock.json']!).packages[''].version).toBe('1.2.3')
  })
})
