/** `swarm regenerate` with a `docker` that builds nothing but remembers what it was asked to build. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newFolder } from './terminal.ts'

/** As it is built: the image holds files that stand beside it. */
const PROGRAM = join(import.meta.dirname, '../../dist/swarm.mjs')

/** What it has built is a file, `built`; the context of the last build is kept. */
const DOCKER = `#!/bin/sh
home=\${0%/*}
case $1 in
  info) echo '{"ServerVersion":"1.0","OSType":"linux","NCPU":2}' ;;
  image)
    [ "$2" != rm ] || echo "$3" >> "$home/removed"
    [ "$2" = inspect ] || exit 0
    case "$*" in *swarm-*) [ -f "$home/built" ] || { echo 'No such image' >&2; exit 1; }; cat "$home/built"; exit ;; esac
    cat "$home/id" ;;
  build)
    echo "$@" >> "$home/asked"
    for context; do :; done
    rm -rf "$home/context"; cp -r "$context" "$home/context"
    echo 'Step 1/2 : FROM node'; echo ' ---> 0123456789ab'; echo 'Step 2/2 : RUN setup'
    [ ! -f "$home/broken" ] || { echo 'setup: not found' >&2; exit 1; }
    echo "sha256:$(wc -l < "$home/asked" | tr -d ' ')0000000000000 [\\"PATH=/bin\\"]" > "$home/built" ;;
esac
`

function withDocker() {
  const [bin, folder] = [newFolder('bin'), newFolder()]
  writeFileSync(join(bin, 'docker'), DOCKER, { mode: 0o755 })
  const basedOn = (id: string) =>
    writeFileSync(join(bin, 'id'), `sha256:${id.padEnd(64, '0')} ["PATH=/bin"]\n`)
  basedOn('1')
  const environment = { PATH: `${bin}:${process.env.PATH}`, HOME: folder, SWARM_SANDBOX: 'docker' }
  const swarm = (args: string[], more = {}) => {
    const options = { cwd: folder, encoding: 'utf8' as const, env: { ...environment, ...more } }
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], options)
    return { code: status, out: stdout, err: stderr }
  }
  mkdirSync(join(folder, '.swarm'))
  writeFileSync(join(folder, '.swarm/config.json'), '{}')
  const read = (path: string) => readFileSync(join(bin, path), 'utf8')
  const regenerate = (more = {}) => swarm(['regenerate'], more)
  return { bin, folder, basedOn, read, regenerate }
}

it('builds the image from nothing each time, shows each step, and removes the old one', () => {
  const { regenerate, read } = withDocker()
  for (const each of [1, 2]) {
    const { code, out, err } = regenerate()
    expect({ code, out }).toEqual({
      code: 0,
      out: `Built sha256:${each}00000000000. A running server uses the old one until: swarm stop && swarm start\n`,
    })
    expect(err).toMatch(
      /^Building the image swarm-shop-\w{8}:\w{16} …\nStep 1\/2 : FROM node\nStep 2\/2 : RUN setup\n$/,
    )
  }
  const asked = read('asked').trim().split('\n')
  expect(asked).toHaveLength(2)
  expect(read('removed')).toBe('sha256:10000000000000\n')
  for (const line of asked) expect(line).toContain('build --no-cache --build-arg FROM=node:')
})

it('builds from what the project says now, by a name that changes with it and with its base', () => {
  const { folder, basedOn, read, regenerate } = withDocker()
  regenerate()
  writeFileSync(join(folder, '.swarm/project-setup.sh'), 'echo mine\n')
  regenerate()
  expect(read('context/project-setup.sh')).toBe('echo mine\n')
  basedOn('2')
  regenerate()
  const tags = read('asked').match(/swarm-shop-\w+:\w+/g)
  expect(new Set(tags).size).toBe(3)
})

it('installs one exact version of the harness, and runs nothing that it fetches', () => {
  const { read, regenerate } = withDocker()
  regenerate({ SWARM_HARNESS: 'claude' })
  const runs = read('context/Dockerfile').match(/^RUN .*(\\\n.*)*/gm)!
  expect(runs.filter((line) => /npm install/.test(line))).toEqual([
    expect.stringMatching(/ @anthropic-ai\/claude-code@\d+\.\d+\.\d+ && claude --version$/),
  ])
  for (const line of runs) expect(line).not.toMatch(/\|\s*(ba)?sh\b|https?:/)
})

it('says why it could not be built, with the end of what was printed', () => {
  const { bin, regenerate } = withDocker()
  writeFileSync(join(bin, 'broken'), '')
  const { code, err } = regenerate()
  expect(code).toBe(1)
  expect(err).toMatch(/The image could not be built \(exit 1\):[\s\S]*setup: not found/)
  expect(existsSync(join(bin, 'built'))).toBe(false)
})

it('has nothing to rebuild where no engine is installed and none is named', () => {
  const { regenerate } = withDocker()
  const none = { PATH: newFolder('empty') }
  expect(regenerate({ ...none, SWARM_SANDBOX: 'auto' }).out).toContain('Nothing to rebuild')
  expect(regenerate(none)).toMatchObject({ code: 1, err: 'docker is not on PATH.\n' })
})
