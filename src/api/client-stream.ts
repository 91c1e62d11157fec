/** Reads server-sent events, and goes on after the last one when the connection breaks off. */

export interface Following {
  /** Only what came after this event; from now on unless said. */
  after?: number
  /** Ends it. */
  signal: AbortSignal
  /** Milliseconds before it connects again. */
  retryMs?: number
}

/** Opens the stream after an event. Null: not now, so try again; what it throws ends everything. */
type Open = (after: number | undefined, signal: AbortSignal) => Promise<Response | null>

export async function* follow<T>(
  open: Open,
  { after, signal, retryMs = 1000 }: Following,
): AsyncGenerator<T> {
  let last = after
  while (!signal.aborted) {
    const response = await open(last, signal)
    if (response?.body)
      for await (const { id, data } of messages(response.body)) {
        last = id ?? last
        if (data !== null) yield JSON.parse(data) as T
      }
    await pause(retryMs, signal)
  }
}

interface Message {
  id: number | null
  data: string | null
}

/** Ends without an error when the connection does. */
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
  return { id: id === undefined ? null : Number(id), data: field('data') ?? null }
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
