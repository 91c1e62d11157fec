/** Port of the API: the wanted one, or the next free one unless a flag or variable insists. */
import { createServer } from 'node:net'
import type { Api } from '../../api/app.ts'
import { type Listening, listen } from '../../api/listen.ts'
import { Trouble } from '../../ports/trouble.ts'
import type { Configured } from '../settings/read.ts'

const TRIES = 100

/** Listens on the wanted port or, unless a flag or variable names it, the next free one. Throws Trouble. */
export async function listenAt(
  app: Pick<Api, 'fetch'>,
  { settings, origin }: Configured,
): Promise<Listening> {
  const { port } = settings
  const insists = origin.port === 'flag' || origin.port === 'environment'
  const last = port === 0 || insists ? port : Math.min(port + TRIES, 65_535)
  for (let each = port; ; each += 1) {
    try {
      return await listen(app, { port: each })
    } catch (error) {
      if (each >= last || !isTaken(error)) throw error
    }
  }
}

const isTaken = (error: unknown) =>
  error instanceof Trouble && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE'

/** True when nobody listens on the port. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(port, '127.0.0.1', resolve),
    )
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
