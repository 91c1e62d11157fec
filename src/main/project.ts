/** A project as the commands know it. */
import type { Project, Pulled, Unpulled } from '../cli/swarm/host.ts'
import { pathMatcher } from '../ports/paths.ts'
import { isRefusal } from '../ticket/commands.ts'
import { landedIn, openVerifier } from './audit.ts'
import { startInBackground, stopServer } from './background.ts'
import { readSettings } from './config.ts'
import { openProject } from './desk.ts'
import type { Environment } from './environment.ts'
import { START } from './init/init.ts'
import { linkTo } from './link.ts'
import type { Places } from './places.ts'

export interface Around {
  environment: Environment
  /** This very program, to be started again in the background. */
  program: string
  signal: AbortSignal
  serve: (places: Places, flags: Record<string, string>) => Promise<number>
}

export function projectIn(places: Places, { environment, program, signal, serve }: Around): Project {
  return {
    root: places.root,
    name: places.name,
    link: () => linkTo(places, environment),
    start: (flags) => startInBackground({ places, flags, environment, program, signal }),
    serve: (flags) => serve(places, flags),
    stop: () => stopServer(places),
    pull: ({ dryRun }) => pullInto(places, environment, dryRun),
    async landed() {
      const opened = await openProject(places, environment)
      try {
        return await landedIn(opened, START)
      } finally {
        await opened.close()
      }
    },
    verifier: () => openVerifier(places, environment),
  }
}
