/**
 * What the package cache is worth: a gate that installs, before they are there and afterwards, from a registry that is
 * as far away as a real one. `npm run bench -- packages [packages] [tickets]`. In `process`, which reaches loopback.
 */
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { api, type EntrySeen, git, median, project, repeat, swarm, ticket } from './project.ts'

const AWAY_MS = 30
const BYTES = 200_000
const GATE = '#!/bin/sh\nset -e\nnpm ci --no-audit --no-fund --silent\ntest -d node_modules/package-0\n'

export async function run([packages = '60', tickets = '3']: string[]): Promise<void> {
  const registry = await serve(Number(packages))
  const folder = project('swarm-bench-packages-', 50)
  try {
    needAll(folder, registry)
    swarm(folder, 'start', '--agents', '1', '--harness', 'scripted', '--sandbox', 'process', '--port', '0')
    const cold = await gateOf(folder, 1)
    const archives = join(folder, '.swarm', 'packages')
    await until(() => existsSync(archives) && readdirSync(archives).some((name) => name.endsWith('.tar')))
    const given = registry.given()
    const warm: number[] = []
    for (let id = 2; id < 2 + Number(tickets); id++) warm.push(await gateOf(folder, id))
    console.log(
      `packages: ${packages} of ${BYTES / 1000} kB, ${AWAY_MS} ms away; a gate that installs takes ${cold} ms, with the package cache ${median(warm)} ms, ratio ${(median(warm) / cold).toFixed(2)}; asked for ${registry.given() - given} more`,
    )
  } finally {
    swarm(folder, 'stop')
    registry.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Milliseconds that the gate of a small change takes. */
async function gateOf(folder: string, id: number): Promise<number> {
  const script = [{ write: { file: `ticket-${id}.txt`, text: 'done\n' } }]
  ticket(folder, 'create', `Add ${id}`, '--description', `\`\`\`script\n${JSON.stringify(script)}\n\`\`\``)
  const get = api(folder)
  await until(async () => (await get(`/api/tickets/${id}`)).status === 'done')
  const { events } = await get(`/api/events?ticket=${id}&limit=100`)
  const at = (wanted: (event: EntrySeen['event']) => boolean) => events.find(({ event }) => wanted(event))!.at
  return (
    at(({ type }) => type === 'completed') -
    at(({ type, phase }) => type === 'advanced' && phase === 'verifying')
  )
}

function needAll(folder: string, { needs, locked }: Pick<Registry, 'needs' | 'locked'>): void {
  const own = { name: 'project', version: '1.0.0', dependencies: needs }
  const lock = { ...own, lockfileVersion: 3, requires: true, packages: { '': own, ...locked } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock))
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n')
  writeFileSync(join(folder, 'verify.sh'), GATE)
  chmodSync(join(folder, 'verify.sh'), 0o755)
  git(folder, 'add', '--all')
  git(folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '--quiet', '-m', 'Need packages')
  swarm(folder, 'init', '.', '--yes')
}

interface Registry {
  /** Versions by the names of its packages, and what a lockfile says of them. */
  needs: Record<string, string>
  locked: Record<string, { version: string; resolved: string; integrity: string }>
  /** How often it was asked. */
  given(): number
  close(): void
}

/** A registry that answers each question after a while. */
async function serve(count: number): Promise<Registry> {
  const tarballs = new Map<string, Buffer>(
    repeat(count, (at) => [`package-${at}`, tarball(`package-${at}`)] as const),
  )
  let given = 0
  const server = createServer((asked, answer) => {
    given += 1
    setTimeout(() => answer.end(tarballs.get(asked.url!.split('/')[1]!)), AWAY_MS)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const version = '1.0.0'
  const locked = [...tarballs].map(([name, bytes]) => {
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
    const resolved = `${at}/${name}/-/${name}-1.0.0.tgz`
    return [`node_modules/${name}`, { version, resolved, integrity }] as const
  })
  return {
    needs: Object.fromEntries([...tarballs.keys()].map((name) => [name, version])),
    locked: Object.fromEntries(locked),
    given: () => given,
    close: () => void server.close(),
  }
}

/** A package of one manifest and one file that does not compress. */
function tarball(name: string): Buffer {
  const manifest = Buffer.from(JSON.stringify({ name, version: '1.0.0' }))
  return gzipSync(
    Buffer.concat([
      entry('package.json', manifest),
      entry('data.bin', randomBytes(BYTES)),
      Buffer.alloc(1024),
    ]),
  )
}

function entry(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(512)
  head.write(`package/${name}`)
  head.write('0000644\x000000000\x000000000\0', 100)
  head.write(`${content.length.toString(8).padStart(11, '0')}\x0000000000000\0        0`, 124)
  head.write('ustar\x0000', 257)
  head.write(
    `${head
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return Buffer.concat([head, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50))
}
