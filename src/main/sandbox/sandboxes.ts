/** Choice of the sandboxes that the settings name, with its reason. */
import { join } from 'node:path'
import { Trouble } from '../../ports/trouble.ts'
import { processSandboxes } from '../../sandboxes/process/process.ts'
import { Refused } from '../../ticket/refused.ts'
import { clearWork, removeEmpty, sandboxRoot, scratchOf } from '../project/working.ts'
import { containers, engineFor } from './containers.ts'
import { type KeptPrograms, keptPrograms } from './kept-programs.ts'
import { endOld } from './leftovers.ts'
import { namespaces, toolsFor } from './namespaces.ts'
import type { Chosen, SandboxSetup, Site } from './setup.ts'

/** Sets up the sandboxes for a server or a command. Throws Trouble when the wanted kind cannot be made. */
export async function sandboxSetupFor(site: Site): Promise<SandboxSetup> {
  clearWork(site.paths)
  const scratch = scratchOf(site.paths)
  const programs = keptPrograms(join(scratch, 'programs'))
  const chosen = await choose(site, join(scratch, 'packs'), programs)
  const { sandboxes } = chosen
  return {
    ...chosen,
    sandboxes: {
      ...sandboxes,
      get kind() {
        return sandboxes.kind
      },
      open(spec, signal) {
        programs.keep()
        return sandboxes.open(spec, signal)
      },
      reap: async () => (await sandboxes.reap()) + (await endOld(site.paths, site.environment)),
    },
    scratch,
    folders: chosen.folders ?? [],
    endOpen: chosen.endOpen ?? (async () => []),
    clear: () => {
      chosen.clear?.()
      programs.clear()
      for (const folder of [join(scratch, 'gateway'), scratch, ...(chosen.folders ?? [])]) removeEmpty(folder)
    },
  }
}

/** Chooses the kind of sandbox. `packs`: the folder of packs. */
async function choose(site: Site, packs: string, programs: KeptPrograms): Promise<Chosen> {
  const { sandbox } = site.settings()
  if (sandbox === 'process') return noIsolation(site, programs)
  if (sandbox === 'docker' || sandbox === 'podman')
    return containers(site, packs, await engineFor(sandbox, site.environment))
  if (sandbox === 'bubblewrap')
    return asked(
      namespaces({ site, packsIn: packs, programs }, await toolsFor(site.environment)),
      'since the settings name it',
    )
  const engine = await engineFor('docker', site.environment).catch(troubleOnly)
  if (!(engine instanceof Trouble)) return containers(site, packs, engine)
  const tools = await toolsFor(site.environment).catch(troubleOnly)
  if (!(tools instanceof Trouble))
    return asked(namespaces({ site, packsIn: packs, programs }, tools), 'since no Docker engine answers')
  throw new Refused(
    `Agents need a sandbox. ${engine.message} ${tools.message} Install one of them, or name another: --sandbox podman, or --sandbox process, which does not isolate agents from this machine.`,
  )
}

const asked = (chosen: Chosen, since: string): Chosen => ({ ...chosen, why: `${since}: ${chosen.why}` })

function troubleOnly(failure: unknown): Trouble {
  if (failure instanceof Trouble) return failure
  throw failure
}

function noIsolation({ paths, environment }: Site, { scripted }: KeptPrograms): Chosen {
  const { PATH = '/usr/local/bin:/usr/bin:/bin' } = environment
  const root = sandboxRoot(paths, environment)
  return {
    folders: [root],
    sandboxes: processSandboxes({ root, searchPath: PATH }),
    why: 'which does NOT isolate: agents can do on this machine whatever you can',
    programs: { node: process.execPath, scripted, harness: null },
  }
}
