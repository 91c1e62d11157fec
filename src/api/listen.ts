/** Listening on a port of the loopback interface. */
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Trouble } from '../ports/trouble.ts'
import type { Api } from './app.ts'

/** Server that listens. */
export interface Listening {
  port: number
  url: string
  /** Ends streams at once, lets every other answer finish, and frees the port. */
  close(): Promise<void>
}

/** Milliseconds that answers may take at the end. */
const GRACE_MS = 2000

/**
 * Options without a limit for idle connections: a question may already wait on one. The system finds clients that
 * vanished, after the given milliseconds.
 */
const IDLE = { keepAliveTimeout: 0, keepAlive: true, keepAliveInitialDelay: 60_000 }

/** Serves an app on a port. Throws Trouble when the port is taken or forbidden. */
export async function listen(
  app: Pick<Api, 'fetch'>,
  { port, host = '127.0.0.1' }: { port: number; host?: string },
): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: IDLE }) as Server
  const open = new Set<ServerResponse>()
  server.on('request', (_, response) => {
    open.add(response)
    response.on('close', () => open.delete(response))
  })
  await bound(server, port, host)
  const at = (server.address() as AddressInfo).port
  return { port: at, url: `http://${host}:${at}`, close: () => closed(server, open) }
}

function bound(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(trouble(error, port, host)))
    server.listen(port, host, resolve)
  })
}

function trouble(error: NodeJS.ErrnoException, port: number, host: string): Trouble {
  const sentence =
    error.code === 'EADDRINUSE'
      ? `Port ${port} is used by another program; choose another one with --port.`
      : `Cannot listen on ${host}:${port}: ${error.message}.`
  return new Trouble('network', sentence, { retryable: false, cause: error })
}

function closed(server: Server, open: Set<ServerResponse>): Promise<void> {
  return new Promise((resolve) => {
    const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS)
    server.close(() => {
      clearTimeout(grace)
      resolve()
    })
    const closeIfQuiet = () => open.size === 0 && server.closeAllConnections()
    for (const response of open) {
      response.on('close', closeIfQuiet)
      if (response.getHeader('content-type') === 'text/event-stream') response.end()
    }
    closeIfQuiet()
  })
}
