/** Commands `swarm pause` and `swarm resume`: the person stops the agents, but not the server. */
import { type Command, projectOf } from './command.ts'
import { oneLine, print } from './screen.ts'

export const pause: Command = {
  name: 'pause',
  summary: 'Stop agents from claiming tickets until swarm resume; current work finishes',
  args: [{ name: 'REASON', help: 'the reason, shown in status', isOptional: true }],
  more: ['Submitted work still lands. The pause survives a restart.'],
  examples: ['swarm pause', 'swarm pause "Release today"', 'swarm resume'],
  async run(call) {
    const { REASON: reason } = call.args
    const link = await projectOf(call).link()
    try {
      const { pauses } = await link.client.pause(reason === undefined ? {} : { reason })
      print(call, { pauses }, () => 'Agents claim nothing new until: swarm resume.')
      return 0
    } finally {
      await link.close()
    }
  },
}

export const resume: Command = {
  name: 'resume',
  summary: 'End all pauses, so that agents claim tickets again',
  more: [
    'If the cause persists, such as a usage limit, the next attempt detects it and the agents pause again.',
  ],
  examples: ['swarm resume'],
  async run(call) {
    const link = await projectOf(call).link()
    try {
      const { pauses } = await link.client.resume()
      print(call, { ended: pauses }, () => {
        if (pauses.length === 0) return 'Nothing was paused.'
        const reasons = pauses.map(({ reason }) => `  ${oneLine(reason, 100)}`).join('\n')
        const next = link.server === null ? 'No server is running: swarm start.' : 'The agents resume.'
        return `Over:\n${reasons}\n${next}`
      })
      return 0
    } finally {
      await link.close()
    }
  },
}
