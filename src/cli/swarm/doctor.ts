/** `swarm doctor`: whether this machine has what the swarm needs, and what to do where it has not. */
import type { Command } from './command.ts'
import { columns, oneLine, print, styled } from './screen.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check what the swarm needs of this machine, and say what to do where something is wrong',
  more: ['Exit code: 1 when something that is needed is wrong, else 0. Nothing is changed.'],
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
        wrong === 0 ? 'Agents can work here.' : 'Agents cannot work here until that is mended.',
      ].join('\n')
    })
    return wrong === 0 ? 0 : 1
  },
}

const STYLES = { good: 'green', doubtful: 'yellow', wrong: 'red' } as const
