/** Commands `swarm scale` and `swarm regenerate`. */
import { type Command, projectOf, wholeNumber } from './command.ts'
import { counted, print } from './screen.ts'

export const scale: Command = {
  name: 'scale',
  summary: 'Set the number of agents, now and at the next start',
  args: [{ name: 'N', help: 'number of agents; 0 = none claims anything' }],
  examples: ['swarm scale 5', 'swarm scale 0'],
  async run(call) {
    const count = wholeNumber('N', call.args.N!, { min: 0, max: 64 })
    const link = await projectOf(call).link()
    try {
      await link.client.setAgents(count)
      const when = link.server === null ? 'after the next start' : 'now; busy agents finish first'
      print(
        call,
        { agents: count, running: link.server !== null },
        () => `${counted(count, 'agent')} ${when}.`,
      )
      return 0
    } finally {
      await link.close()
    }
  },
}

export const regenerate: Command = {
  name: 'regenerate',
  summary: 'Rebuild the sandbox image',
  examples: ['swarm regenerate && swarm stop && swarm start'],
  async run(call) {
    const image = await projectOf(call).regenerate()
    print(call, { rebuilt: image !== null, image }, () =>
      image === null
        ? 'Nothing to rebuild: this sandbox uses the programs of this machine.'
        : `Built ${image.slice(0, 19)}. A running server uses the old one until: swarm stop && swarm start`,
    )
    return 0
  },
}
