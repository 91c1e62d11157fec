/** Project as the commands know it. Code that a command does not need is not loaded. */
import { printable } from '../../cli/printable.ts'
import type { Backups } from '../../cli/swarm/host/backups.ts'
import type { Project } from '../../cli/swarm/host/host.ts'
import type { Environment, Process } from '../machine/environment.ts'
import type { ProjectPaths } from '../project/paths.ts'

/** Makes the verbs of a project for the commands. */
export function projectIn(paths: ProjectPaths, around: Process): Project {
  const { environment, program, signal, terminal } = around
  const progress = (line: string) => terminal.writeError(`${printable(line)}\n`)
  return {
    root: paths.root,
    name: paths.name,
    async link() {
      const { linkTo } = await import('../server/link.ts')
      return linkTo(paths, environment)
    },
    async start(flags) {
      const { startInBackground } = await import('./background.ts')
      return startInBackground({ paths, flags, environment, program, signal, progress })
    },
    async serve(flags) {
      const { serveHere } = await import('../server/foreground.ts')
      return serveHere(paths, flags, around)
    },
    async regenerate() {
      const { regenerate } = await import('./regenerate.ts')
      return regenerate({ paths, environment, signal, progress })
    },
    async stop() {
      const { stopServer } = await import('./background.ts')
      return stopServer(paths, environment)
    },
    async pull({ dryRun }) {
      const { pullInto } = await import('./pull.ts')
      return pullInto(paths, environment, dryRun)
    },
    ...keeping(paths, environment),
    async interviewer() {
      const { interviewerIn } = await import('../init/host.ts')
      return interviewerIn(paths, { environment, signal })
    },
    async amend(files) {
      const { amendIn } = await import('../init/host.ts')
      return amendIn(paths, { environment, signal }, files)
    },
    async settings() {
      const { settingsNow } = await import('../settings/list.ts')
      return settingsNow(paths, environment)
    },
    async changeSetting(name, value) {
      const { changeOne } = await import('../settings/list.ts')
      return changeOne({ paths, environment }, name, value)
    },
    async landed() {
      const { landedIn } = await import('./audit.ts')
      return landedIn(paths, environment)
    },
    async gate() {
      const { gateIn } = await import('./audit.ts')
      return gateIn(paths, environment)
    },
    async verifier(audit) {
      const { openVerifier } = await import('./audit.ts')
      return openVerifier(paths, environment, audit)
    },
  }
}

const keeping = (paths: ProjectPaths, environment: Environment): Backups => ({
  async backUp() {
    const { backUpNow } = await import('../project/backups.ts')
    return backUpNow(paths)
  },
  async backups() {
    const { listBackups } = await import('../project/backups.ts')
    return listBackups(paths)
  },
  async restore(file) {
    const { restore } = await import('./restore.ts')
    return restore(paths, environment, file)
  },
})
