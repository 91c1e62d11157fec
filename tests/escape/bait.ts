/** What is set up on this machine to be found, and what is seen of it afterwards. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { dirname, join } from 'node:path'

export interface Trap {
  home: string
  touched: string
  ports: { loopback: number; everywhere: number }
  address: string
  /** Variables for the server: keys that no sandbox may see. */
  env: Record<string, string>
  canaries: string[]
  /** What has happened to this machine, a sentence each. */
  marks(): string[]
  close(): void
}

/** All of it in `folder`. Canaries stand in the person's files and in the server's environment. */
export async function setTrap(folder: string): Promise<Trap> {
  const [home, touched] = [join(folder, 'home'), join(folder, 'touched')]
  const canary = (what: string) => `canary-${what}-${randomBytes(12).toString('hex')}`
  const files: Record<string, string> = {
    '.ssh/id_ed25519': canary('ssh'),
    '.claude/.credentials.json': canary('login'),
    '.npmrc': canary('npm'),
  }
  mkdirSync(touched, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), `${text}\n`)
  }
  const env = {
    ANTHROPIC_API_KEY: canary('model'),
    AWS_SECRET_ACCESS_KEY: canary('cloud'),
    CANARY: canary('environment'),
  }
  const hits: string[] = []
  const service = (where: string, host: string) =>
    listen(host, (from) => hits.push(`${where} was reached by ${from}`))
  const [loopback, everywhere] = await Promise.all([
    service('a service on loopback', '127.0.0.1'),
    service('a service on every address', '0.0.0.0'),
  ])
  const pattern = () => readFileSync('/proc/sys/kernel/core_pattern', 'utf8')
  const before = pattern()
  const marks = () => [
    ...hits,
    ...readdirSync(touched).map((name) => `${name} was written to the machine`),
    ...Object.entries(files).flatMap(([path, text]) =>
      readFileSync(join(home, path), 'utf8') === `${text}\n` ? [] : [`${path} was changed`],
    ),
    ...(pattern() === before ? [] : ['the program for core dumps was changed']),
    ...survivors(touched).map((pid) => `process ${pid} outlived its sandbox`),
  ]
  return {
    ...{ home, touched, env, canaries: [...Object.values(files), ...Object.values(env)], marks },
    ports: { loopback: portOf(loopback), everywhere: portOf(everywhere) },
    address: addressOf(),
    close: () => {
      for (const each of [loopback, everywhere]) {
        each.closeAllConnections()
        each.close()
      }
    },
  }
}

const portOf = (server: Server) => (server.address() as AddressInfo).port

function listen(host: string, reached: (from: string) => void): Promise<Server> {
  const server = createServer((_, answer) => answer.end('reached'))
  server.on('connection', ({ remoteAddress }) => reached(String(remoteAddress)))
  return new Promise((resolve) => server.listen(0, host, () => resolve(server)))
}

const addressOf = () =>
  Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === 'IPv4' && !each.internal)?.address ?? '10.0.0.1'

/** Processes of sandboxes name the folder in what they run. */
function survivors(touched: string): string[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
  return listed
    .split('\n')
    .flatMap((line) => (line.includes(`${touched}/stayed`) ? [line.trim().split(' ')[0]!] : []))
}
