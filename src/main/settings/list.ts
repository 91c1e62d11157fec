/** Settings as a person sees and changes them, one by one. */
import type { SettingInForce } from '../../api/server.ts'
import type { SettingNow } from '../../cli/swarm/host/settings.ts'
import type { Settings } from '../../settings/settings.ts'
import { KEYS, keyNamed } from '../../settings/settings.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { findServer } from '../project/record.ts'
import { changeSetting, readSettings, type Sources } from './read.ts'

/** Lists the settings as the next start would find them, without its flags. */
export function settingsNow(paths: ProjectPaths, environment: Environment): SettingNow[] {
  const { settings, place } = readSettings({ flags: {}, environment, file: paths.config })
  return KEYS.map(({ name, alias, setting, restart }) => ({
    name,
    alias: alias ?? null,
    value: settings[setting],
    place: place[setting],
    atStart: restart === true,
  }))
}

/** Lists the settings in force for a server that began with `began`; null where none runs. */
export function settingsInForce(sources: Sources, began: Settings | null): SettingInForce[] {
  const { settings, place } = readSettings(sources)
  return KEYS.map(({ name, help, expects, setting, restart }) => {
    const now = settings[setting]
    const isKept =
      restart === true && began !== null && JSON.stringify(began[setting]) !== JSON.stringify(now)
    return {
      name,
      help,
      expects,
      value: isKept ? began[setting] : now,
      from: place[setting],
      atStart: restart === true,
      next: isKept ? now : undefined,
    }
  })
}

/** Changes one setting in the file; null removes it. Throws Refused or Trouble for an invalid value. */
export function changeOne(
  { paths, environment }: { paths: ProjectPaths; environment: Environment },
  name: string,
  text: string | null,
): { setting: SettingNow; isRunning: boolean } {
  const key = keyNamed(name)
  if (!key) throw new Refused(`There is no setting "${name}". See them: swarm config.`)
  const value = text === null ? undefined : key.fromText(text)
  const parsed = value === undefined ? null : key.schema.safeParse(value)
  if (parsed?.error && key.says) throw new Refused(`${key.name}: ${key.says(parsed.error)}.`)
  if (parsed?.error) throw new Refused(`${key.name} must be ${key.expects}, not ${JSON.stringify(value)}.`)
  changeSetting(paths.config, key.name, value)
  const setting = settingsNow(paths, environment).find((each) => each.name === key.name)!
  return { setting, isRunning: findServer(paths) !== null }
}
