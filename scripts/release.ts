/** `npm run release`: what a release does, step by step. Without `--publish` it only checks, packs and says so. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { readFlags, refuse } from '../demo/flags.ts'
import { released, wrongWith } from './release/plan.ts'

const HELP = `npm run release -- [--version X.Y.Z] [--publish]

Releases what the changelog holds at its top. Without --publish it checks everything, packs, and says what it would do.

  --version  the version; the one of package.json unless given
  --publish  do it: publish with provenance, commit the version and the changelog, tag, push`

const asked = readFlags({
  version: { type: 'string' },
  publish: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
})
if (asked.help) {
  console.log(HELP)
  process.exit(0)
}

const ask = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8' }).trim()
const show = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: 'inherit' })
const textOf = (path: string) => readFileSync(path, 'utf8')

const manifest = JSON.parse(textOf('package.json'))
const version = asked.version ?? manifest.version
const wrong = wrongWith({
  version,
  status: ask('git', 'status', '--porcelain'),
  branch: ask('git', 'branch', '--show-current'),
  tags: ask('git', 'tag', '--list').split('\n'),
  origin: ask('git', 'remote', 'get-url', 'origin'),
  repository: manifest.repository.url,
  changelog: textOf('CHANGELOG.md'),
  isPublished: asked.publish,
})
if (wrong !== null) refuse(wrong)

const before = Object.fromEntries(
  ['package.json', 'package-lock.json', 'CHANGELOG.md'].map((path) => [path, textOf(path)]),
)
const after = released({ version, day: new Date().toISOString().slice(0, 10), files: before })
if (asked.publish) publish()
else {
  // All that `npm publish` does but for the registry: builds, with the notices, and packs.
  show('npm', 'pack', '--dry-run')
  console.log(
    `Would write version ${version} into ${Object.keys(after).join(', ')}, publish with provenance, commit, tag v${version}, and push.`,
  )
}

/** What is published stays so, so it comes first: what fails before changes nothing, and what fails later is done by hand. */
function publish(): void {
  write(after)
  try {
    show('npm', 'publish', '--provenance', '--access', 'public')
  } catch {
    write(before)
    refuse('npm could not publish; its output is above. Nothing is changed.')
  }
  show('git', 'commit', '--message', `Release ${version}`, '--', ...Object.keys(after))
  show('git', 'tag', '--annotate', `v${version}`, '--message', `Release ${version}`)
  show('git', 'push', '--follow-tags', 'origin', 'HEAD')
}

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) writeFileSync(path, text)
}
