/** A project as the commands know it. What a command does not need is not loaded. */
import { printable } from '../../cli/printable.ts'
import type { Project } from '../../cli/swarm/host.ts'
import type { Environment, Process } from '../machine/environment.ts'
import type { Places } from '../project/paths.ts'

export function projectIn(places: Places, around: Process): Project {
  const { environment, program, signal, terminal } = around
  const progress = (line: string) => terminal.writeError(`${printable(line)}\n`)
  return {
    root: places.root,
    name: places.name,
    async link() {
      const { linkTo } = await import('../server/link.ts')
      return linkTo(places, environment)
    },
    async start(flags) {
      const { startInBackground } = await import('./background.ts')
      return startInBackground({ places, flags, environment, program, signal, progress })
    },
    async serve(flags) {
      const { serveHere } = await import('../server/foreground.ts')
      return serveHere(places, flags, around)
    },
    async regenerate() {
      const { regenerate } = await import('./regenerate.ts')
      return regenerate({ places, environment, signal, progress })
    },
    async stop() {
      const { stopServer } = await import('./background.ts')
      return stopServer(places, environment)
    },
    async pull({ dryRun }) {
      const { pullInto } = await import('./pull.ts')
      return pullInto(places, environment, dryRun)
    },
    ...keeping(places, environment),
    async interviewer() {
      const { interviewerIn } = await import('../init/host.ts')
      return interviewerIn(places, { environment, signal })
    },
    async amend(files) {
      const { amendIn } = await import('../init/host.ts')
      return amendIn(places, { environment, signal }, files)
    },
    async settings() {
      const { settingsNow } = await import('../settings/list.ts')
      return settingsNow(places, environment)
    },
    async changeSetting(name, value) {
      const { changeOne } = await import('../settings/list.ts')
      return changeOne({ places, environment }, name, value)
    },
    async landed() {
      const { landedIn } = await import('./audit.ts')
      return landedIn(places, environment)
    },
    async gate() {
      const { gateIn } = await import('./audit.ts')
      return gateIn(places, environment)
    },
    async verifier(audit) {
      const { openVerifier } = await import('./audit.ts')
      return openVerifier(places, environment, audit)
    },
  }
}

const keeping = (
  places: Places,
  environment: Environment,
): Pick<Project, 'backUp' | 'backups' | 'restore'> => ({
  async backUp() {
    const { backUpNow } = await import('../project/backups.ts')
    return backUpNow(places)
  },
  async backups() {
    const { listBackups } = await import('../project/backups.ts')
    return listBackups(places)
  },
  async restore(file) {
    const { restore } = await import('./restore.ts')
    return restore(places, environment, file)
  },
})
