/** `swarm scale` and `swarm regenerate`. */
import { type Command, projectOf, wholeNumber } from './command.ts'
import { counted, print } from './screen.ts'

export const scale: Command = {
  name: 'scale',
  summary: 'Change how many agents work, now and at the next start',
  args: [{ name: 'N', help: 'how many; 0 lets nobody claim anything' }],
  examples: ['swarm scale 5', 'swarm scale 0'],
  async run(call) {
    const count = wholeNumber('N', call.args.N!, { min: 0, max: 64 })
    const link = await projectOf(call).link()
    try {
      await link.client.setAgents(count)
      const when = link.server === null ? 'from the next start on' : 'from now on; who is busy finishes first'
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
  summary: 'Rebuild what agents run in',
  examples: ['swarm regenerate && swarm stop && swarm start'],
  async run(call) {
    const image = await projectOf(call).regenerate()
    print(call, { rebuilt: image !== null, image }, () =>
      image === null
        ? 'There is nothing to rebuild: this sandbox runs what is installed on this machine.'
        : `Built ${image.slice(0, 19)}. A server that runs goes on with the old one until: swarm stop && swarm start`,
    )
    return 0
  },
}
