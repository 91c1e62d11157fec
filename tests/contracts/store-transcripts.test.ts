import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Transcripts } from '../../src/ports/transcripts.ts'
import { fileTranscripts } from '../../src/stores/files/transcripts.ts'

const said = (text: string) => ({ type: 'text', text }) as const
const END = { type: 'end', ok: true } as const

let folder: string
let transcripts: Transcripts
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swarm-transcripts-'))
  let now = 100
  transcripts = fileTranscripts(join(folder, 'transcripts'), () => now++)
})
afterEach(() => rmSync(folder, { recursive: true }))

it('keeps one line of JSON per event, with its time, and can be read while it grows', async () => {
  const transcript = transcripts.open(12, 3)
  transcript.append({ type: 'text', text: 'Bees \u{1f41d}\nfly' })
  const first = await transcripts.read(transcript.reference, 0, 65_536)
  expect(first?.text).toBe('{"at":100,"type":"text","text":"Bees \u{1f41d}\\nfly"}\n')
  transcript.append(END)
  expect(await transcripts.read(transcript.reference, first!.next, 65_536)).toEqual({
    text: '{"at":101,"type":"end","ok":true}\n',
    next: first!.size + 34,
    size: first!.size + 34,
  })
  await transcript.close()
})

it('goes on where an attempt left off', async () => {
  for (const text of ['before', 'after']) {
    const transcript = transcripts.open(1, 1)
    transcript.append(said(text))
    await transcript.close()
  }
  const read = await transcripts.read('t1-a1.jsonl', 0, 65_536)
  expect(read?.text).toBe(
    '{"at":100,"type":"text","text":"before"}\n{"at":101,"type":"text","text":"after"}\n',
  )
})

it('keeps 64 MB of one attempt and says that there was more, also when it goes on', async () => {
  const line = said('x'.repeat(8_000_000))
  for (const attempt of ['first', 'on']) {
    const transcript = transcripts.open(1, 1)
    for (let count = 0; count < 12; count++) transcript.append(line)
    transcript.append(said(attempt))
    await transcript.close()
  }
  const { size } = (await transcripts.read('t1-a1.jsonl', 0, 1))!
  expect(size).toBeLessThan(80_000_000)
  const end = (await transcripts.read('t1-a1.jsonl', size - 200, 200))!.text
  expect(end).toMatch(/The transcript is full \(64 MB\): what is printed from here on is not kept\."}\n$/)
})

it('gives whole characters, however small the window', async () => {
  const transcript = transcripts.open(1, 1)
  transcript.append(said('a\u00e9\u20ac\u{1f41d}\u{1f41d}z'))
  await transcript.close()
  const parts: string[] = []
  for (let offset = 0; ; ) {
    const part = (await transcripts.read('t1-a1.jsonl', offset, 1))!
    if (part.text === '') break
    parts.push(part.text)
    offset = part.next
  }
  expect(parts.join('')).toBe('{"at":100,"type":"text","text":"a\u00e9\u20ac\u{1f41d}\u{1f41d}z"}\n')
  expect(parts.every((part) => !part.includes('\ufffd'))).toBe(true)
})

it('reads the end by an offset from there, and no more than there is', async () => {
  const transcript = transcripts.open(1, 1)
  transcript.append(END)
  await transcript.close()
  expect(await transcripts.read('t1-a1.jsonl', -5, 10)).toEqual({ text: 'rue}\n', next: 34, size: 34 })
  expect(await transcripts.read('t1-a1.jsonl', -99, 4)).toEqual({ text: '{"at', next: 4, size: 34 })
})

it('reads nothing past the end, and no other file', async () => {
  const transcript = transcripts.open(1, 1)
  transcript.append(END)
  await transcript.close()
  expect(await transcripts.read('t1-a1.jsonl', 999, 10)).toEqual({ text: '', next: 999, size: 34 })
  expect(await transcripts.read('t1-a2.jsonl', 0, 10)).toBeNull()
  expect(await transcripts.read('../t1-a1.jsonl', 0, 10)).toBeNull()
  expect(await transcripts.read('t1-a1.jsonl/../../secret', 0, 10)).toBeNull()
})

it('is trouble of the disk, and no bug, where none can be opened', () => {
  writeFileSync(join(folder, 'transcripts'), 'no folder')
  expect(() => transcripts.open(1, 1)).toThrow(expect.objectContaining({ name: 'Trouble', code: 'disk' }))
})

it('removes one by its reference, whether or not it is there, and no other file', async () => {
  await transcripts.open(1, 1).close()
  await transcripts.open(1, 2).close()
  await transcripts.remove('t1-a1.jsonl')
  await transcripts.remove('t1-a1.jsonl')
  await transcripts.remove('../transcripts/t1-a2.jsonl')
  expect(await transcripts.read('t1-a1.jsonl', 0, 10)).toBeNull()
  expect(await transcripts.read('t1-a2.jsonl', 0, 10)).not.toBeNull()
})
