/** The settings of a project, as commands show and change them. */

/** Reads and writes the settings of a project. */
export interface Configuration {
  /** As the next start would find them. */
  settings(): Promise<SettingNow[]>
  /** Writes one into the file, or takes it out (`null`). */
  changeSetting(name: string, value: string | null): Promise<{ setting: SettingNow; isRunning: boolean }>
}

export interface SettingHelp {
  name: string
  /** Its older name. */
  alias: string | null
  flag: string
  /** By the older name. */
  olderFlag: string | null
  variable: string
  help: string
  fallback: string
}

export interface SettingNow {
  name: string
  alias: string | null
  value: unknown
  /** Such as `.swarm/config.json, line 4` or `SWARM_AGENTS`; null for the default. */
  place: string | null
  /** A running server keeps the value that it began with. */
  atStart: boolean
}
