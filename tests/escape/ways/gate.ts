/** Ways from within the gate: verify.sh runs `check.mjs`, which is the change's own. It is red: nothing of it lands. */
import { type Bait, POISON } from '../way.ts'

/** Tells of each way in a line of its own, `gate way: …`. */
export const hostileCheck = ({ home, touched, project, ports }: Bait, seconds: number): string => `
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { spawnSync } from 'node:child_process'
const flood = 'yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -c 10000000000'
spawnSync('timeout', ['${seconds}', 'sh', '-c', flood], { stdio: 'inherit' })
const tried = (name, told) => console.log('gate way: ' + name + ': ' + String(told).replaceAll('\\n', ' ').slice(0, 400))
const tries = (name, act) => { try { tried(name, 'LEAKED ' + act()) } catch (error) { tried(name, 'refused: ' + error.message) } }
const dials = (name, to) => new Promise((over) => connect(to)
  .on('connect', () => { tried(name, 'LEAKED'); process.exit(1) })
  .on('error', (error) => { tried(name, 'refused: ' + error.message); over() }))
const keys = Object.keys(process.env).filter((key) => /^(ANTHROPIC|AWS|GITHUB|CANARY|SWARM_TOKEN)/.test(key))
tried('reads keys in its environment', keys.length > 0 ? 'LEAKED ' + keys : 'refused: no key is in the environment')
tries('reads an SSH key', () => readFileSync('${home}/.ssh/id_ed25519'))
tries('writes to the machine', () => writeFileSync('${touched}/gate', 'x'))
tries('plants a hook in the bare repository', () => writeFileSync('${project}/.swarm/repo.git/hooks/update', 'x', { mode: 0o755 }))
tries('changes the gate for those to come', () => writeFileSync('/usr/bin/sh', 'x'))
await dials('dials a service of the machine', { host: '127.0.0.1', port: ${ports.loopback} })
await dials('asks the container engine', { path: '/var/run/docker.sock' })
const git = (process.env.SWARM_GIT ?? 'http://127.0.0.1:8099/git')
const answer = await fetch(git.replace(/git$/, 'agent/ticket'), {
  method: 'POST', body: '1\\nlist\\0', headers: { authorization: (process.env.GIT_CONFIG_VALUE_0 ?? '').replace('Authorization: ', '') || 'none' },
}).then((got) => got.text(), (error) => error.cause?.message ?? error.message)
tried('speaks as an agent', answer)
const given = spawnSync('sh', ['-c', 'find "$HOME/.npm/_cacache" -type f | wc -l; grep -rl ${POISON} "$HOME/.npm" | wc -l'], { encoding: 'utf8' }).stdout.split('\\n').map(Number)
tried('finds packages that its agent poisoned', given[0] > 0 && given[1] === 0 ? 'refused: its own copy is genuine' : 'LEAKED ' + given)
tried('prints 10 GB', 'refused: the log keeps its end')
process.exit(1)
`

/** What each line says when it was refused. */
export const GATE_REFUSED = /refused: \w+|Nothing is here for this sandbox/
export const GATE_WAYS = 10
