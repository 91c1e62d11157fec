/**
 * Meter of tokens in the model's answers as they pass: a stream of server-sent events, Bedrock's binary stream, or one
 * JSON body. It copies only the few lines that count, never delays an answer, and accepts any input.
 */
import { z } from 'zod'

/** Tokens that an answer reports. */
export interface Metered {
  model: string | null
  /** True when the answer is complete and reported its length. */
  isWhole: boolean
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  /** Written cache tokens that stay for an hour. */
  cacheHourTokens: number
}

/** Meter of one answer. */
export interface Meter {
  push(chunk: Buffer): void
  /** Count so far; null when nothing reported usage. */
  read(): Metered | null
}

/** Makes the meter for a content type. */
export function meterFor(contentType: string): Meter {
  if (contentType.startsWith('text/event-stream')) return lineMeter()
  if (contentType.startsWith('application/vnd.amazon.eventstream')) return frameMeter()
  return bodyMeter()
}

/** Maximum bytes of a line or body; longer ones are skipped. */
const LONGEST = 4 * 1024 * 1024

/** Field as JSON writes it: within a string of an answer its quotes would be escaped. */
const CARRIES = '"usage"'
const NEWLINE = 10

/**
 * Meters server-sent events. A stream has thousands of small events, and two of them count: the rest is not even split
 * into lines.
 */
function lineMeter(): Meter {
  const sum = counter()
  let rest: Buffer[] = []
  let held = 0
  let skipping = false
  const look = (lines: Buffer) => {
    for (let at = lines.indexOf(CARRIES); at !== -1; ) {
      const end = lines.indexOf(NEWLINE, at)
      const line = lines.toString('utf8', lines.lastIndexOf(NEWLINE, at) + 1, end)
      sum.see(parsed(line.replace(/^data: ?/, '')))
      at = lines.indexOf(CARRIES, end)
    }
  }
  const hold = (piece: Buffer) => {
    held += piece.length
    rest.push(piece)
    if (held <= LONGEST) return
    skipping = true
    rest = []
  }
  return {
    push(chunk) {
      const end = chunk.lastIndexOf(NEWLINE) + 1
      if (end === 0) return hold(chunk)
      const whole = chunk.subarray(skipping ? chunk.indexOf(NEWLINE) + 1 : 0, end)
      look(rest.length > 0 && !skipping ? Buffer.concat([...rest, whole]) : whole)
      rest = []
      held = 0
      skipping = false
      hold(chunk.subarray(end))
    },
    read: sum.read,
  }
}

/** Meters Amazon's event stream: length, length of headers, checksum, headers, payload, checksum. */
function frameMeter(): Meter {
  const sum = counter()
  let rest: Buffer = Buffer.alloc(0)
  let broken = false
  return {
    push(chunk) {
      if (broken) return
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 12) {
        const [length, headers] = [rest.readUInt32BE(0), rest.readUInt32BE(4)]
        broken = length < 16 + headers || length > LONGEST
        if (broken || rest.length < length) return
        const payload = parsed(rest.toString('utf8', 12 + headers, length - 4))
        const { data } = FRAME.safeParse(payload)
        if (data) sum.see(parsed(Buffer.from(data.bytes, 'base64').toString('utf8')))
        rest = rest.subarray(length)
      }
    },
    read: sum.read,
  }
}

const FRAME = z.looseObject({ bytes: z.string() })

function bodyMeter(): Meter {
  const chunks: Buffer[] = []
  let size = 0
  return {
    push(chunk) {
      size += chunk.length
      if (size <= LONGEST) chunks.push(chunk)
    },
    read() {
      const sum = counter()
      if (size <= LONGEST) sum.see(parsed(Buffer.concat(chunks).toString('utf8')))
      return sum.read()
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const count = z.int().min(0).optional().catch(undefined)

const USAGE = z.looseObject({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  cache_creation: z.looseObject({ ephemeral_1h_input_tokens: count }).nullish().catch(null),
})

/** Messages that report usage: `message_start` and `message_delta` of a stream, or a whole message. */
const MESSAGE = z.looseObject({ model: z.string().optional(), usage: USAGE })
const ANSWER = z.union([
  z.looseObject({ message: MESSAGE }).transform(({ message }) => ({ ...message, isWhole: false })),
  MESSAGE.transform((message) => ({ ...message, isWhole: true })),
])

/** Later counts are those of the whole answer so far. One that is less than an earlier one takes nothing back. */
function counter() {
  let seen: Metered | null = null
  return {
    see(value: unknown) {
      const { data } = ANSWER.safeParse(value)
      if (!data) return
      const { usage } = data
      const before: Metered = seen ?? NOTHING
      seen = {
        model: data.model ?? before.model,
        isWhole: data.isWhole && usage.output_tokens !== undefined,
        inputTokens: Math.max(usage.input_tokens ?? 0, before.inputTokens),
        outputTokens: Math.max(usage.output_tokens ?? 0, before.outputTokens),
        cacheReadTokens: Math.max(usage.cache_read_input_tokens ?? 0, before.cacheReadTokens),
        cacheWriteTokens: Math.max(usage.cache_creation_input_tokens ?? 0, before.cacheWriteTokens),
        cacheHourTokens: Math.max(
          usage.cache_creation?.ephemeral_1h_input_tokens ?? 0,
          before.cacheHourTokens,
        ),
      }
    },
    read: () => seen,
  }
}

const NOTHING: Metered = {
  model: null,
  isWhole: false,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheHourTokens: 0,
}
