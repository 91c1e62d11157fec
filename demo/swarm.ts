/** The demo's hands: the two programs as a person runs them, and the server's API. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, client } from '../src/api/client.ts'

const dist = dirname(fileURLToPath(import.meta.url))

export const swarm = (project: string, ...args: string[]): string => run(project, 'swarm.mjs', args)
export const ticket = (project: string, ...args: string[]): string => run(project, 'ticket.cjs', args)

function run(project: string, program: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(dist, program), ...args], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, SWARM_HARNESS: '', TICKET_DB: '' },
  })
  if (status !== 0) throw new Error(`${program} ${args[0]} ended with ${status}:\n${stderr || stdout}`)
  return stdout.trim()
}

/** The running server of a project, by what it leaves in `.swarm/`. */
export function connect(project: string): { api: Client; url: string } {
  const own = (file: string) => readFileSync(join(project, '.swarm', file), 'utf8')
  const url = `http://127.0.0.1:${JSON.parse(own('server.json')).port}`
  return { api: client({ baseUrl: url, token: own('token').trim(), fetch }), url }
}
