/** `swarm pull` and `swarm watch`: what landed comes into the person's folder. */

import { Refused } from '../../ticket/refused.ts'
import { type Call, type Command, numberOf, projectOf } from './command.ts'
import type { Pulled, Unpulled } from './host/landed.ts'
import { counted, oneLine, print, short, styled } from './screen.ts'
import { changeWithin } from './wait.ts'

export const pull: Command = {
  name: 'pull',
  summary: 'Fast-forward your folder to what landed; no hook runs',
  flags: [{ name: 'dry-run', help: 'only show what would change' }],
  examples: ['swarm pull', 'swarm pull --dry-run'],
  async run(call) {
    const isDry = call.flags['dry-run'] === true
    const pulled = await projectOf(call).pull({ dryRun: isDry })
    if ('refused' in pulled) throw new Refused(pulled.refused)
    print(call, { ...pulled, dry_run: isDry, files: pulled.files.map(fileJson) }, () =>
      pulled.commits.length === 0 ? `Up to date at ${short(pulled.to)}.` : brought(call, pulled, isDry),
    )
    return 0
  },
}

export const watch: Command = {
  name: 'watch',
  summary: 'Pull after each landing, until Ctrl-C',
  flags: [{ name: 'interval', value: 'SECONDS', help: 'how often to check while no event arrives (5)' }],
  examples: ['swarm watch'],
  async run(call) {
    const { host } = call
    const project = projectOf(call)
    const seconds = numberOf(call, 'interval', { min: 1, max: 3600, fallback: 5 })
    const ends = new AbortController()
    const landing = landings(call, ends.signal)
    let refusal = ''
    if (!call.isJson) host.write(`Watching ${oneLine(project.root)}; Ctrl-C ends it.\n`)
    try {
      while (!host.signal.aborted) {
        const pulled = await project.pull({ dryRun: false })
        refusal = say(call, pulled, refusal)
        await changeWithin(host, landing.next(), seconds * 1000)
      }
    } finally {
      ends.abort()
      await landing.close()
    }
    return 0
  },
}

/** Prints the result of a pull, and a refusal when it is new. Gives the refusal in force. */
function say(call: Call, pulled: Pulled | Unpulled, before: string): string {
  const { host, isJson } = call
  if ('refused' in pulled) {
    if (pulled.refused !== before) host.writeError(`${pulled.refused}\n`)
    return pulled.refused
  }
  if (pulled.commits.length > 0)
    host.write(
      isJson
        ? `${JSON.stringify({ ...pulled, files: pulled.files.map(fileJson) })}\n`
        : `${brought(call, pulled, false)}\n`,
    )
  return ''
}

interface Landings {
  /** Resolves at the next landing that the server reports. */
  next(): Promise<void>
  close(): Promise<void>
}

/** Follows the server's events while there is one; without it the interval is enough. */
function landings({ host }: Call, signal: AbortSignal): Landings {
  let wake = () => {}
  const follow = async () => {
    const link = await host.project()!.link()
    try {
      if (link.server === null) return
      for await (const { event } of link.client.events({ signal }))
        if (event.type === 'done' && event.resolution === 'landed') wake()
    } catch {
      // Nothing is lost: the interval looks by itself.
    } finally {
      await link.close()
    }
  }
  const following = follow()
  return {
    next: () =>
      new Promise((resolve) => {
        wake = resolve
      }),
    close: () => following,
  }
}

/** Formats a pull. Protected paths come first: they steer the gate and other programs of the person. */
function brought({ host }: Call, { commits, files, from, to }: Pulled, isDry: boolean): string {
  const guarded = files.filter(({ isProtected }) => isProtected)
  const others = files.filter(({ isProtected }) => !isProtected)
  const row = ({ kind, path }: Pulled['files'][number]) => `  ${kind.padEnd(8)} ${oneLine(path)}`
  const verb = isDry ? 'Would bring' : 'Brought'
  return [
    ...(guarded.length > 0
      ? [
          styled(host, 'yellow', 'Review these: they control the gate or your own programs.'),
          ...guarded.map(row),
        ]
      : []),
    `${verb} ${counted(commits.length, 'commit')}, ${short(from)} → ${short(to)}:`,
    ...commits.map(({ commit, subject }) => `  ${short(commit)} ${oneLine(subject, 80)}`),
    ...(others.length > 0
      ? [`${counted(others.length, 'file')}:`, ...others.slice(0, MOST_FILES).map(row)]
      : []),
    ...(others.length > MOST_FILES ? [`  and ${others.length - MOST_FILES} more`] : []),
  ].join('\n')
}

const MOST_FILES = 40

const fileJson = ({ isProtected, ...file }: Pulled['files'][number]) => ({ ...file, protected: isProtected })
