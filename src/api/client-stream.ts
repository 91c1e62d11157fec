/** Reader of server-sent events, which resumes after the last event when the connection breaks. */

/** Options of following the log. */
export interface Following {
  /** Last event that is known; default: the newest one. */
  after?: number
  /** Signal that ends it. */
  signal: AbortSignal
  /** Milliseconds before a reconnection. */
  retryMs?: number
  /** Receives the state of the connection, and messages that are not events. */
  onSign?: (sign: Sign) => void
}

/** Sign from the connection. `beat`: any data came. `told`: a message that is not an event of the log. */
export type Sign =
  | { kind: 'open' }
  | { kind: 'lost' }
  | { kind: 'beat' }
  | { kind: 'told'; event: string; data: unknown }

/** Opens the stream after an event. Null: not now, retry; what it throws ends everything. */
type Open = (after: number | undefined, signal: AbortSignal) => Promise<Response | null>

/** Yields events until the signal aborts; reconnects after a lost connection. */
export async function* follow<T>(
  open: Open,
  { after, signal, retryMs = 1000, onSign = () => {} }: Following,
): AsyncGenerator<T> {
  let last = after
  while (!signal.aborted) {
    const response = await open(last, signal)
    if (response?.body) {
      onSign({ kind: 'open' })
      for await (const { id, event, data } of messages(response.body)) {
        last = id ?? last
        if (data !== null && id !== null) yield JSON.parse(data) as T
        else onSign(data === null ? { kind: 'beat' } : { kind: 'told', event, data: JSON.parse(data) })
      }
    }
    onSign({ kind: 'lost' })
    await pause(retryMs, signal)
  }
}

interface Message {
  id: number | null
  event: string
  data: string | null
}

/** Yields messages; ends without an error when the connection does. */
async function* messages(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }))
      if (done) return
      const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) yield message(block)
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function message(block: string): Message {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const id = field('id')
  return {
    id: id === undefined ? null : Number(id),
    event: field('event') ?? '',
    data: field('data') ?? null,
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
