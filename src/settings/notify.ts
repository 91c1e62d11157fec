/** Form of `notify` in the settings: a list of channels. */
import { z } from 'zod'
import { minuteIn } from '../ticket/due.ts'
import { NOTICE_KINDS, type NoticeKind, USUAL_KINDS } from '../ticket/notice.ts'

/** Channel that notifies people: of what, when, and where. */
export type ChannelSettings = {
  /** Name that people call it; its kind by default. */
  name: string
  kinds: NoticeKind[]
  /** Minutes after midnight. */
  quietHours: { from: number; to: number } | null
  digest: number | null
  timeZone: string | null
  /** True when its messages may carry action links. */
  actions: boolean
  to: ChannelTarget
}

/** `env:NAME` or `file:PATH`: where a secret is to be found. It never stands in the settings itself. */
export type SecretPlace = string

/** Target of a channel, with what its kind needs to get there. */
export type ChannelTarget =
  | { kind: 'ntfy'; server: string; topic: string; token: SecretPlace | null }
  | { kind: 'slack'; url: SecretPlace }
  | { kind: 'discord'; url: SecretPlace }
  | { kind: 'telegram'; server: string; token: SecretPlace; chat: string }
  | {
      kind: 'email'
      host: string
      port: number
      secure: boolean
      user: string | null
      password: SecretPlace | null
      from: string
      to: string
    }
  | { kind: 'webhook'; url: string; secret: SecretPlace }
  | { kind: 'desktop' }

const line = z
  .string()
  .min(1)
  .regex(/^[^\0\n\r]*$/, 'must be one line')
const web = z.url({ protocol: /^https?$/, error: 'must be a URL that starts with https:// or http://' })
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:30')
const hours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'must be two times such as 22:00-07:00')
/** Schema of a secret's place: a secret in the file would be shown by whatever shows the file. */
const secret = z
  .string()
  .regex(/^(env:[A-Za-z_]\w*|file:[^\0\n\r]+)$/, 'must name the place of the secret: env:NAME or file:PATH')

const zone = z.string().refine(isZone, 'must be a time zone such as Europe/Berlin')

/** True for the name of a time zone. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const common = {
  name: z
    .string()
    .regex(/^[\w.-]{1,40}$/, 'must be a word')
    .optional(),
  kinds: z.array(z.enum(NOTICE_KINDS)).min(1).optional(),
  quiet_hours: hours.optional(),
  digest: clock.optional(),
  time_zone: zone.optional(),
  actions: z.boolean().default(true),
}

const channel = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.strictObject({ channel: z.literal(kind), ...common, ...shape })

const CHANNEL = z.discriminatedUnion('channel', [
  channel('ntfy', { topic: line, server: web.default('https://ntfy.sh'), token: secret.optional() }),
  channel('slack', { url: secret }),
  channel('discord', { url: secret }),
  channel('telegram', {
    token: secret,
    chat: z.union([line, z.int().transform(String)]),
    server: web.default('https://api.telegram.org'),
  }),
  channel('email', {
    host: line,
    port: z.int().min(1).max(65_535).default(587),
    secure: z.boolean().optional(),
    user: line.optional(),
    password: secret.optional(),
    from: line,
    to: line,
  }),
  channel('webhook', { url: web, secret }),
  channel('desktop', {}),
])
type Given = z.infer<typeof CHANNEL>

export const NOTIFY = z
  .array(CHANNEL.transform(settingsOf))
  .refine(haveOwnNames, 'needs a different "name" for each channel of the same kind')

/** Describes a mistake by channel and key, never by the value. */
export function notifyMistake(error: z.ZodError): string {
  const [issue] = error.issues
  const [at, key] = issue?.path ?? []
  if (issue === undefined || typeof at !== 'number')
    return issue?.code === 'custom' ? `it ${issue.message}` : 'it must be a list of channels'
  const where = `channel ${at + 1}`
  if (issue.code === 'unrecognized_keys') return `${where} has no "${issue.keys[0]}"`
  if (key === undefined) return `${where} must be an object with a "channel"`
  if (issue.code === 'invalid_union' && key === 'channel')
    return `${where}: "channel" must be one of ${CHANNEL.options.map((option) => option.shape.channel.value).join(', ')}`
  if (issue.code === 'invalid_type' && issue.message.includes('received undefined'))
    return `${where} needs a "${String(key)}"`
  const says = issue.message.startsWith('must') ? issue.message : `is wrong: ${issue.message}`
  return `${where}: "${String(key)}" ${says}`
}

function haveOwnNames(channels: ChannelSettings[]): boolean {
  return new Set(channels.map(({ name }) => name)).size === channels.length
}

function settingsOf(given: Given): ChannelSettings {
  const [from, to] = given.quiet_hours?.split('-').map(minuteIn) ?? []
  return {
    name: given.name ?? given.channel,
    kinds: given.kinds ?? [...USUAL_KINDS],
    quietHours: from === undefined || to === undefined || from === to ? null : { from, to },
    digest: given.digest === undefined ? null : minuteIn(given.digest),
    timeZone: given.time_zone ?? null,
    actions: given.actions,
    to: targetOf(given),
  }
}

function targetOf(given: Given): ChannelTarget {
  switch (given.channel) {
    case 'ntfy':
      return { kind: 'ntfy', server: given.server, topic: given.topic, token: given.token ?? null }
    case 'telegram':
      return { kind: 'telegram', server: given.server, token: given.token, chat: given.chat }
    case 'email': {
      const { host, port, secure = port === 465, user = null, password = null, from, to } = given
      return { kind: 'email', host, port, secure, user, password, from, to }
    }
    case 'webhook':
      return { kind: 'webhook', url: given.url, secret: given.secret }
    case 'desktop':
      return { kind: 'desktop' }
    default:
      return { kind: given.channel, url: given.url }
  }
}

/** Converts the original's setting to a channel. */
export const originalNtfy = (topic: string): ChannelSettings =>
  settingsOf({ channel: 'ntfy', topic, server: 'https://ntfy.sh', actions: false })
