/** Command `swarm config`: every setting with its value and origin; changes the file, whose comments stay. */

import { Misuse } from '../misuse.ts'
import { type Call, type Command, projectOf } from './command.ts'
import type { SettingHelp, SettingNow } from './host/settings.ts'
import { columns, oneLine, print, styled } from './screen.ts'

const ACTIONS = ['get', 'set', 'unset'] as const
const FILE = '.swarm/config.json'

/** Makes the command for these settings. */
export const config = (settings: readonly SettingHelp[]): Command => ({
  name: 'config',
  summary: 'Show the settings and their sources, or change one',
  args: [
    {
      name: 'ACTION',
      help: 'get, set or unset; shows all settings when omitted',
      isOptional: true,
      among: ACTIONS,
    },
    {
      name: 'KEY',
      help: 'the name of a setting, such as agents',
      isOptional: true,
      among: settings.flatMap(({ name, alias }) => [name, ...(alias === null ? [] : [alias])]),
    },
    { name: 'VALUE', help: 'the new value; a list may be JSON', isOptional: true },
  ],
  more: [
    `Settings are in ${FILE}. Environment variables override it; flags of swarm start override both.`,
    "A running server applies changes at once, except settings marked 'at start'. 'swarm help config' explains each setting.",
  ],
  examples: [
    'swarm config',
    'swarm config get agents',
    'swarm config set verify_timeout 600',
    'swarm config unset model',
  ],
  async run(call) {
    const { ACTION: action, KEY: key, VALUE: value } = call.args
    if (action === undefined) return showAll(call)
    if (key === undefined) throw new Misuse(`KEY is missing: the name of a setting to ${action}.`)
    if (action === 'set' && value === undefined)
      throw new Misuse(`VALUE is missing: the new value of ${key}.`)
    if (action !== 'set' && value !== undefined) throw new Misuse(`unexpected argument '${value}'.`)
    return action === 'get' ? showOne(call, key) : change(call, key, action === 'set' ? value! : null)
  },
})

async function showAll(call: Call): Promise<number> {
  const all = await projectOf(call).settings()
  print(call, { settings: all.map(json) }, () => {
    const rows = all.map((setting) => [
      setting.name,
      oneLine(shown(setting.value), VALUE_WIDTH),
      styled(call.host, setting.place === null ? 'dim' : 'cyan', setting.place ?? 'default'),
      setting.atStart ? styled(call.host, 'dim', 'at start') : '',
    ])
    return columns(rows, '')
  })
  return 0
}

const VALUE_WIDTH = 32

async function showOne(call: Call, key: string): Promise<number> {
  const setting = (await projectOf(call).settings()).find((each) => each.name === key || each.alias === key)!
  print(call, json(setting), () => oneLine(shown(setting.value)))
  return 0
}

async function change(call: Call, key: string, value: string | null): Promise<number> {
  const { setting, isRunning } = await projectOf(call).changeSetting(key, value)
  print(call, { ...json(setting), running: isRunning }, () => {
    const lines = [
      `${setting.name} is ${oneLine(shown(setting.value))} (${setting.place ?? 'the default'}).`,
      ...(isOverruled(setting) ? [`${setting.place} overrides ${FILE}.`] : []),
      ...(isRunning && setting.atStart
        ? ['The running server uses the new value after a restart: swarm stop && swarm start.']
        : []),
    ]
    return lines.join('\n')
  })
  return 0
}

const isOverruled = ({ place }: SettingNow) => place !== null && !place.startsWith(FILE)

function shown(value: unknown): string {
  if (value === null || value === '') return 'none'
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return JSON.stringify(value)
  // Of what has parts, such as a channel, its name says which.
  const words = value.map((each) => (typeof each === 'string' ? each : each.name))
  return words.length === 0 ? 'none' : words.join(',')
}

const json = ({ name, value, place, atStart }: SettingNow) => ({
  name,
  value,
  from: place ?? 'default',
  at_start: atStart,
})
