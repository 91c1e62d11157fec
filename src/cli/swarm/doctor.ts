/** Command `swarm doctor`: checks of this machine, with advice. */
import type { Command } from './command.ts'
import { columns, oneLine, print, styled } from './screen.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check this machine for what the swarm needs, and suggest fixes',
  more: ['Exit code: 0 ready, 1 something required is wrong. Nothing is changed.'],
  examples: ['swarm doctor', 'swarm doctor --format json'],
  async run(call) {
    const { host } = call
    const checks = await host.examine()
    const wrong = checks.filter(({ state }) => state === 'wrong').length
    print(call, { ok: wrong === 0, checks }, () => {
      const rows = checks.map(({ name, state, found }) => [
        styled(host, STYLES[state], state),
        name,
        oneLine(found),
      ])
      const todo = checks.flatMap(({ name, advice }) =>
        advice === null ? [] : [`${name}: ${oneLine(advice)}`],
      )
      return [
        columns(rows),
        '',
        ...todo,
        wrong === 0 ? 'Agents can work here.' : 'Agents cannot work here until that is fixed.',
      ].join('\n')
    })
    return wrong === 0 ? 0 : 1
  },
}

const STYLES = { good: 'green', doubtful: 'yellow', wrong: 'red' } as const
