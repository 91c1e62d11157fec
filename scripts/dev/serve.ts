/** The dashboard from its sources, with what the server of a project answers. */
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { createServer, type ProxyOptions } from 'vite'
import { DASHBOARD } from '../build/dashboard.ts'

export interface Served {
  /** Where the dashboard is. */
  url: string
  close(): Promise<void>
}

/**
 * Serves the dashboard on this machine only; port 0 takes any. Requests to the API go to the server that runs in
 * `project`, with its token. Refuses where none has left its record. Who starts the server again starts this again, too.
 */
export async function serveDashboard(project: string, { port }: { port: number }): Promise<Served> {
  const { target, token } = recordIn(project)
  const vite = await createServer({
    ...DASHBOARD,
    // Where vite keeps what it makes of packages, between two starts.
    cacheDir: join(process.cwd(), '.cache', 'vite'),
    logLevel: 'warn',
    define: { SWARM_BUILD: '""' },
    server: {
      host: '127.0.0.1',
      port,
      cors: false,
      proxy: { '/api': passedOn(target, token) },
    },
  })
  await vite.listen()
  const address = vite.httpServer!.address() as { port: number }
  return { url: `http://127.0.0.1:${address.port}`, close: () => vite.close() }
}

function recordIn(project: string): { target: string; token: string } {
  const own = (file: string) => readFileSync(join(project, '.swarm', file), 'utf8')
  try {
    return { target: `http://127.0.0.1:${JSON.parse(own('server.json')).port}`, token: own('token').trim() }
  } catch {
    throw new Error(`No server runs in ${project}. Start one there: swarm start.`)
  }
}

/** The token is for our own pages only: what comes from the page of another site stays foreign to the server. */
const passedOn = (target: string, token: string): ProxyOptions => ({
  target,
  changeOrigin: true,
  configure: (proxy) =>
    proxy.on('proxyReq', (onward, request) => {
      if (!isOwn(request)) return
      onward.setHeader('authorization', `Bearer ${token}`)
      if (request.headers.origin) onward.setHeader('origin', target)
    }),
})

function isOwn({ headers }: IncomingMessage): boolean {
  const isOurs = headers.origin === undefined || headers.origin === `http://${headers.host}`
  return (
    isOurs && ['same-origin', 'none', undefined].includes(headers['sec-fetch-site'] as string | undefined)
  )
}
