/** Channels that the settings name, made of their adapters. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { zoneOf } from '../../life/limits/costs.ts'
import { desktop } from '../../notifiers/desktop/desktop.ts'
import { discord } from '../../notifiers/discord/discord.ts'
import { email } from '../../notifiers/email/email.ts'
import { ntfy } from '../../notifiers/ntfy/ntfy.ts'
import { slack } from '../../notifiers/slack/slack.ts'
import { telegram } from '../../notifiers/telegram/telegram.ts'
import { webhook } from '../../notifiers/webhook/webhook.ts'
import type { Channel, Notifier } from '../../ports/notifier.ts'
import type { ChannelSettings, ChannelTarget, SecretPlace } from '../../settings/notify.ts'
import { originalNtfy } from '../../settings/notify.ts'
import type { Settings } from '../../settings/settings.ts'
import { clock } from '../machine/clock.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { secretAt } from '../settings/secret.ts'

type Chosen = Pick<Settings, 'notify' | 'ntfyTopic' | 'timeZone'>

/** Makes the channels. Secrets are read anew each time, so that a changed one counts at once. */
export function channelsOf(settings: Chosen, paths: ProjectPaths, environment: Environment): Channel[] {
  const { notify, ntfyTopic, timeZone } = settings
  const isThere = notify.some(({ to }) => to.kind === 'ntfy' && to.topic === ntfyTopic)
  const all = ntfyTopic === '' || isThere ? notify : [...notify, named(originalNtfy(ntfyTopic), notify)]
  return all.map(({ to, ...channel }) => ({
    ...channel,
    timeZone: channel.timeZone ?? zoneOf(timeZone),
    notifier: notifierOf(to, (place) => secretAt(place, environment, paths.own), environment),
  }))
}

const named = (channel: ChannelSettings, others: ChannelSettings[]): ChannelSettings =>
  others.some(({ name }) => name === channel.name) ? { ...channel, name: 'ntfy_topic' } : channel

type Find = (place: SecretPlace) => ReturnType<typeof secretAt>

function notifierOf(to: ChannelTarget, find: Find, environment: Environment): Notifier {
  const withSecret = (place: SecretPlace, make: (secret: string) => Notifier): Notifier => {
    const found = find(place)
    return 'missing' in found ? unusable(found.missing) : make(found.value)
  }
  switch (to.kind) {
    case 'ntfy':
      return to.token === null
        ? ntfy({ ...to, token: null })
        : withSecret(to.token, (token) => ntfy({ ...to, token }))
    case 'slack':
      return withSecret(to.url, (url) => slack({ url }))
    case 'discord':
      return withSecret(to.url, (url) => discord({ url }))
    case 'telegram':
      return withSecret(to.token, (token) => telegram({ ...to, token }))
    case 'webhook':
      return withSecret(to.secret, (secret) => webhook({ url: to.url, secret, now: clock.now }))
    case 'email': {
      const { user, password } = to
      if (user === null || password === null) return email({ ...to, login: null })
      return withSecret(password, (found) => email({ ...to, login: { user, password: found } }))
    }
    case 'desktop': {
      const program = desktopProgram(environment)
      return program === null ? unusable(NO_DESKTOP) : desktop({ program, env: environment })
    }
  }
}

const unusable = (why: string): Notifier => ({
  repeatable: false,
  send: async () => ({ kind: 'refused', why, retryable: false, waitMs: null }),
})

const NO_DESKTOP = 'There is no program that shows notices here: notify-send on Linux, osascript on macOS.'

function desktopProgram({ PATH = '' }: Environment): string | null {
  const name = process.platform === 'darwin' ? 'osascript' : 'notify-send'
  const found = PATH.split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
  return found ?? null
}
