/** `swarm pause` and `swarm resume`: the person stops the agents without stopping the server. */
import { type Command, projectOf } from './command.ts'
import { oneLine, print } from './screen.ts'

export const pause: Command = {
  name: 'pause',
  summary: 'Let agents claim nothing new until swarm resume; who is at work finishes',
  args: [{ name: 'REASON', help: 'why, for whoever looks', isOptional: true }],
  more: ['What is submitted still lands. A restart does not end it.'],
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
  summary: 'Let the agents go on, whatever made them pause',
  more: [
    'Where what made them pause is not over, such as a usage limit, the next attempt finds out, and they pause again.',
  ],
  examples: ['swarm resume'],
  async run(call) {
    const link = await projectOf(call).link()
    try {
      const { pauses } = await link.client.resume()
      print(call, { ended: pauses }, () => {
        if (pauses.length === 0) return 'Nothing was paused.'
        const reasons = pauses.map(({ reason }) => `  ${oneLine(reason, 100)}`).join('\n')
        const next = link.server === null ? 'No server runs: swarm start.' : 'The agents go on.'
        return `Over:\n${reasons}\n${next}`
      })
      return 0
    } finally {
      await link.close()
    }
  },
}
