/** The settings of a project, as commands show and change them. */

/** Reads and writes the settings of a project. */
export interface Configuration {
  /** Lists the settings as the next start would find them. */
  settings(): Promise<SettingNow[]>
  /** Writes one into the file, or takes it out (`null`). */
  changeSetting(name: string, value: string | null): Promise<{ setting: SettingNow; isRunning: boolean }>
}

/** Setting as help describes it, with its flag, its variable and its default. */
export interface SettingHelp {
  name: string
  /** Older name; null when there is none. */
  alias: string | null
  flag: string
  /** Flag by the older name; null when there is none. */
  olderFlag: string | null
  variable: string
  help: string
  fallback: string
}

/** Setting with its value, and the place that sets it. */
export interface SettingNow {
  name: string
  alias: string | null
  value: unknown
  /** Such as `.swarm/config.json, line 4` or `SWARM_AGENTS`; null for the default. */
  place: string | null
  /** A running server keeps the value that it began with. */
  atStart: boolean
}
