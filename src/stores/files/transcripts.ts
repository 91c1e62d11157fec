/** Transcripts as files: one folder, one `.jsonl` file per attempt. */
import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Transcript, Transcripts } from '../../ports/transcripts.ts'
import { Trouble } from '../../ports/trouble.ts'
import type { TranscriptEvent } from '../../ticket/transcript.ts'

/** Pattern of references. They come back from outside: only what `open` gave out may name a file. */
const REFERENCE = /^t\d+-a\d+\.jsonl$/

/** Maximum bytes of one transcript: an agent that prints without end must not fill the disk. */
const MOST_BYTES = 64 * 1024 * 1024
const FULL = 'The transcript is full (64 MB): what is printed from here on is not kept.'

/** Bytes of the longest UTF-8 character: a smaller window could never move on. */
const WIDEST = 4

/** Opens the transcripts of `folder`, which is made when the first one opens. */
export function fileTranscripts(folder: string, now: () => number): Transcripts {
  return {
    open(ticket, attempt) {
      const reference = `t${ticket}-a${attempt}.jsonl`
      return appending(reference, opened(folder, reference), now)
    },
    async read(reference, offset, limit) {
      if (!REFERENCE.test(reference)) return null
      const file = await open(join(folder, reference)).catch(absent)
      if (file === null) return null
      try {
        const { size } = await file.stat()
        const from = offset < 0 ? Math.max(0, size + offset) : offset
        const window = Buffer.alloc(Math.min(Math.max(limit, WIDEST), Math.max(size - from, 0)))
        const { bytesRead } = await file.read(window, 0, window.length, from)
        const whole = window.subarray(0, wholeCharacters(window.subarray(0, bytesRead)))
        return { text: whole.toString(), next: from + whole.length, size }
      } finally {
        await file.close()
      }
    },
    async remove(reference) {
      if (!REFERENCE.test(reference)) return
      await rm(join(folder, reference), { force: true }).catch((cause) => {
        throw new Trouble('disk', `Transcript ${reference} cannot be removed.`, { cause })
      })
    },
  }
}

function opened(folder: string, reference: string): number {
  try {
    mkdirSync(folder, { recursive: true })
    return openSync(join(folder, reference), 'a')
  } catch (cause) {
    throw new Trouble('disk', `Transcript ${reference} cannot be opened.`, { cause })
  }
}

/**
 * Appends to a transcript. A full disk must not end the attempt within a line, so `close` throws the trouble at the
 * end.
 */
function appending(reference: string, file: number, now: () => number): Transcript {
  let trouble: Trouble | null = null
  let room = MOST_BYTES - fstatSync(file).size
  const write = (event: TranscriptEvent) => {
    const line = Buffer.from(`${JSON.stringify({ at: now(), ...event })}\n`)
    room -= line.length
    appendFileSync(file, line)
  }
  return {
    reference,
    append(event) {
      if (trouble || room <= 0) return
      try {
        write(event)
        if (room <= 0) write({ type: 'stderr', text: FULL })
      } catch (cause) {
        trouble = new Trouble('disk', `Transcript ${reference} cannot be written.`, { cause })
      }
    },
    async close() {
      closeSync(file)
      if (trouble) throw trouble
    },
  }
}

/** Number of bytes that belong to whole characters, without one that is cut off at the end. */
function wholeCharacters(bytes: Buffer): number {
  const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80
  let lead = bytes.length - 1
  while (lead >= 0 && bytes.length - lead < WIDEST && isContinuation(bytes[lead])) lead--
  const first = bytes[lead] ?? 0
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1
  return lead + width > bytes.length ? lead : bytes.length
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw new Trouble('disk', 'A transcript cannot be read.', { cause: error })
}
