/** The sandboxes that the settings name, and why it is these. */
import { lstatSync, mkdirSync, rmdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { Refused } from '../cli/swarm/refused.ts'
import { Trouble } from '../ports/trouble.ts'
import { processSandboxes } from '../sandboxes/process/process.ts'
import { containers, engineFor } from './containers.ts'
import type { Chosen, Ground, Site } from './ground.ts'
import { namespaces, toolsFor } from './namespaces.ts'
import { sandboxRoot } from './places.ts'
import { besideTemplates } from './templates.ts'

export async function groundFor(site: Site): Promise<Ground> {
  const { uid } = userInfo()
  const root = sandboxRoot(tmpdir(), uid, site.places)
  for (const folder of [dirname(root), root]) ownFolder(folder, uid)
  const scratch = join(root, 'scratch')
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  const chosen = await choose(site, root)
  return {
    ...chosen,
    scratch,
    endOpen: chosen.endOpen ?? (async () => []),
    clear: () => {
      chosen.clear?.()
      for (const folder of [scratch, root]) removeEmpty(folder)
    },
  }
}

async function choose(site: Site, root: string): Promise<Chosen> {
  const { sandbox } = site.settings()
  if (sandbox === 'process') return noIsolation(site, root)
  if (sandbox === 'docker' || sandbox === 'podman')
    return containers(site, root, await engineFor(sandbox, site.environment))
  if (sandbox === 'bubblewrap')
    return asked(namespaces(site, root, await toolsFor(site.environment)), 'since the settings name it')
  const engine = await engineFor('docker', site.environment).catch(troubleOnly)
  if (!(engine instanceof Trouble)) return containers(site, root, engine)
  const tools = await toolsFor(site.environment).catch(troubleOnly)
  if (!(tools instanceof Trouble))
    return asked(namespaces(site, root, tools), 'since no Docker engine answers')
  throw new Refused(
    `Agents need a sandbox. ${engine.message} ${tools.message} Install one of them, or name another: --sandbox podman, or --sandbox process, which does not isolate agents from this machine.`,
  )
}

const asked = (chosen: Chosen, since: string): Chosen => ({ ...chosen, why: `${since}: ${chosen.why}` })

function troubleOnly(failure: unknown): Trouble {
  if (failure instanceof Trouble) return failure
  throw failure
}

function noIsolation({ environment: { PATH = '/usr/local/bin:/usr/bin:/bin' } }: Site, root: string): Chosen {
  return {
    sandboxes: processSandboxes({ root, searchPath: PATH }),
    why: 'which does NOT isolate: agents can do on this machine whatever you can',
    programs: { node: process.execPath, scripted: besideTemplates('scripted-agent.cjs'), claude: null },
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Something is in it: another command of this project uses it, or the next start looks after it.
  }
}

/** In a folder that everybody may write to, somebody else may have been first. */
function ownFolder(path: string, uid: number): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const found = lstatSync(path)
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return
  throw new Refused(`${path} must be a folder that only you can use. Remove it and try again.`)
}
