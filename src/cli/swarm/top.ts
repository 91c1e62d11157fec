/** Command `swarm top`: the screen of `swarm status`, drawn anew at each change, until q or Ctrl-C. */
import { ApiError } from '../../api/client.ts'
import { Refused } from '../../ticket/refused.ts'
import { type Command, projectOf } from './command.ts'
import type { Host, Project } from './host/host.ts'
import type { Link, Serving } from './host/server.ts'
import type { Screen } from './host/terminal.ts'
import { lookAt, overview } from './overview.ts'
import { styled } from './screen.ts'

export const top: Command = {
  name: 'top',
  summary: 'Watch agents, tickets, the merge queue and your inbox in this terminal',
  more: ['The view refreshes every second. q, Escape or Ctrl-C closes it; the swarm keeps running.'],
  examples: ['swarm top'],
  async run(call) {
    const { host, isJson } = call
    const project = projectOf(call)
    if (!host.canAsk || isJson)
      throw new Refused('swarm top needs a terminal. In a script: swarm status --format json.')
    const ends = new AbortController()
    const view: View = { lines: [], screen: null }
    view.screen = host.takeScreen((key) => (QUIT.includes(key) ? ends.abort() : draw(view)))
    try {
      await watch(host, project, { view, signal: AbortSignal.any([ends.signal, host.signal]) })
    } finally {
      view.screen.close()
    }
    return 0
  },
}

/** Keys that end it. Ctrl-C comes as a key while the screen is taken. */
const QUIT = ['q', 'Q', '\u001b', '\u0003', '\u0004']
const EVERY_MS = 1000

interface View {
  lines: string[]
  screen: Screen | null
}

async function watch(
  host: Host,
  project: Project,
  { view, signal }: { view: View; signal: AbortSignal },
): Promise<void> {
  let link: Link | null = null
  try {
    while (!signal.aborted) {
      link ??= await linked(project)
      const seen: string[] | null = link && (await looked(host, link))
      view.lines = seen ?? ['The server is starting or stopping …']
      draw(view)
      // Without a server the next look may find one that has begun.
      if (seen === null || link?.server === null) {
        await link?.close()
        link = null
      }
      await host.pause(EVERY_MS, signal)
    }
  } finally {
    await link?.close()
  }
}

/** Null while a server starts or stops. */
async function linked(project: Serving): Promise<Link | null> {
  try {
    return await project.link()
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

/** Fetches the lines; null when the server has gone. */
async function looked(host: Host, link: Link): Promise<string[] | null> {
  try {
    const lines = overview(host, await lookAt(link, host))
    const clock = new Date(host.now()).toTimeString().slice(0, 8)
    return [...lines, '', styled(host, 'dim', `${clock} · q closes this view`)]
  } catch (error) {
    if (error instanceof ApiError && error.status === 0) return null
    throw error
  }
}

function draw({ lines, screen }: View): void {
  screen?.draw(lines)
}
