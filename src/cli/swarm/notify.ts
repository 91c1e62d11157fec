/** Command `swarm notify`: the channels to people. */
import type { Client } from '../../api/client.ts'
import { type Call, type Command, projectOf } from './command.ts'
import { columns, counted, oneLine, print, styled } from './screen.ts'

const VERBS = ['list', 'test'] as const

export const notify: Command = {
  name: 'notify',
  summary: 'List the notification channels, or test them',
  args: [
    {
      name: 'VERB',
      help: 'list: channels and the result of the last notices; test: send a test',
      among: VERBS,
    },
  ],
  flags: [{ name: 'channel', value: 'NAME', help: 'test only this one' }],
  more: ['Channels are configured under "notify" in .swarm/config.json; see docs/notifications.md.'],
  examples: ['swarm notify list', 'swarm notify test --channel phone'],
  async run(call) {
    const { client, close } = await projectOf(call).link()
    try {
      return await (call.args.VERB === 'test' ? test(call, client) : list(call, client))
    } finally {
      await close()
    }
  },
}

const NONE = 'No channel is set up. Add one to "notify" in .swarm/config.json: docs/notifications.md.'

async function list(call: Call, client: Client): Promise<number> {
  const all = await client.notifications()
  const { channels, notices } = all
  print(call, all, () => {
    if (channels.length === 0) return NONE
    const rows = channels.map((channel) => [channel.name, when(channel), channel.kinds.join(', ')])
    const last = notices
      .slice(0, SHOWN)
      .map((notice) => [
        new Date(notice.at).toISOString().slice(0, 16).replace('T', ' '),
        notice.channel,
        `${notice.kind}${notice.ticket_id === null ? '' : ` #${notice.ticket_id}`}`,
        styled(call.host, BAD.includes(notice.state) ? 'red' : 'dim', notice.state),
        oneLine(notice.detail ?? '', 60),
      ])
    return [
      columns(rows),
      ...(last.length === 0 ? [] : ['', 'The last notices, in UTC:', columns(last)]),
    ].join('\n')
  })
  return 0
}

const SHOWN = 10
const BAD = ['dead', 'unsure']

type ChannelEntry = Awaited<ReturnType<Client['notifications']>>['channels'][number]

function when({ quiet_hours, digest }: ChannelEntry): string {
  const parts = [
    digest === null ? 'at once' : `digest at ${clock(digest)}`,
    ...(quiet_hours === null ? [] : [`quiet ${clock(quiet_hours.from)}-${clock(quiet_hours.to)}`]),
  ]
  return parts.join(', ')
}

const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

async function test(call: Call, client: Client): Promise<number> {
  const { channel } = call.flags
  const { tries } = await client.tryNotifications(channel === undefined ? {} : { channel: String(channel) })
  const failed = tries.filter(({ outcome }) => outcome !== 'sent').length
  print(call, { tries }, () => {
    if (tries.length === 0) return NONE
    const rows = tries.map(({ channel, outcome, why }) => [
      channel,
      styled(call.host, outcome === 'sent' ? 'green' : 'red', outcome),
      oneLine(why ?? '', 200),
    ])
    const sum =
      failed === 0
        ? 'The test reached every channel.'
        : `${counted(failed, 'channel')} of ${tries.length} failed.`
    return [columns(rows), '', sum].join('\n')
  })
  return failed === 0 && tries.length > 0 ? 0 : 1
}
