/** `swarm demo`: the whole product at work on a project that is made for it. */
import type { Command } from './command.ts'

/** The demo reads their values itself. */
const PASSED_ON = ['sandbox', 'agents', 'timeout'] as const

export const demo: Command = {
  name: 'demo',
  summary: 'Watch scripted agents land two dozen tickets on a small project, without a key',
  flags: [
    {
      name: 'sandbox',
      value: 'KIND',
      among: ['process', 'docker', 'podman', 'bubblewrap'],
      help: 'where agents and gates run (process)',
    },
    { name: 'agents', value: 'N', help: 'how many work at once (3)' },
    { name: 'timeout', value: 'SECONDS', help: 'when it gives up (300)' },
    { name: 'keep', help: 'leave the project and its server there for a look' },
  ],
  more: [
    'The project is made in a temporary folder and removed at the end. Every commit that landed is verified from a fresh',
    'clone. Exit code: 0 when all tickets landed and all commits are green, else 1.',
  ],
  examples: ['swarm demo', 'swarm demo --sandbox docker --agents 5'],
  run({ host, flags, isJson }) {
    const values = PASSED_ON.flatMap((name) => (flags[name] ? [`--${name}`, String(flags[name])] : []))
    return host.demo([...values, ...(flags.keep ? ['--keep'] : []), ...(isJson ? ['--json'] : [])])
  },
}
