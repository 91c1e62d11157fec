/** Whatever the harnesses, the gateway and the swarm write into a transcript reads as words, to each of its readers. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readable } from '../../dashboard/pages/agents/log-lines.ts'
import { rowsOf } from '../../dashboard/pages/ticket/transcript-lines.ts'
import { reader } from '../../dashboard/pages/ticket/transcript-reader.ts'
import { linesOf } from '../../src/cli/swarm/log-lines.ts'
import { readLine as claudeLine } from '../../src/harnesses/claude/lines.ts'
import { eventsOf } from '../../src/harnesses/claude/run.ts'
import { readLine as scriptedLine } from '../../src/harnesses/scripted/protocol.ts'
import { fileTranscripts } from '../../src/stores/files/transcripts.ts'
import { pieces } from '../../src/ticket/log-lines.ts'
import type { TranscriptEvent } from '../../src/ticket/transcript.ts'

const SAMPLES = new URL('../samples/', import.meta.url)
const sample = (name: string) => readFileSync(new URL(name, SAMPLES), 'utf8').trimEnd().split('\n')
const RECORDED = readdirSync(SAMPLES).filter((name) => /^claude-.*\.jsonl$/.test(name))

const CALL = { host: { hasColor: false }, isJson: false }

/** A transcript of these lines, as each reader shows it. */
async function shown(lines: string[]): Promise<Record<'page' | 'tail' | 'logs', string>> {
  const text = lines.map((line) => `${line}\n`).join('')
  const bytes = Buffer.from(text)
  const source = reader(async (offset, limit) => {
    const from = offset < 0 ? Math.max(0, bytes.length + offset) : offset
    const piece = bytes.subarray(from, from + limit)
    return { text: piece.toString(), next: from + piece.length, size: bytes.length }
  })
  await source.toEnd()
  while (await source.older());
  const rows = rowsOf(source.state.get().entries)
  return {
    page: rows.map((row) => ('text' in row ? row.text : row.kind)).join('\n'),
    tail: readable('agent-1', text),
    logs: linesOf(CALL, 'agent-1').add(text).join(''),
  }
}

/** What the transcript of these events is on the disk, line by line. */
async function written(events: TranscriptEvent[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-readers-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const transcripts = fileTranscripts(folder, () => 0)
  const transcript = transcripts.open(1, 1)
  for (const event of events) transcript.append(event)
  await transcript.close()
  return (await transcripts.read(transcript.reference, 0, 10_000_000))!.text.trimEnd().split('\n')
}

/** A line that begins like an object of ours, whatever sign or time stands before it, or that gives up. */
const UNREAD = /^[^"\n]{0,40}[{[]"|"type":|cannot be shown|undefined|\[object/m

const expectWords = (readers: Record<string, string>) => {
  for (const [name, text] of Object.entries(readers)) expect(text, name).not.toMatch(UNREAD)
}

describe('a transcript', () => {
  it.each(RECORDED)('of what Claude Code printed reads as words: %s', async (name) => {
    const events = sample(name).flatMap((line) => eventsOf(claudeLine(line)))
    expectWords(await shown(await written(events)))
  })

  it('of an attempt through the gateway reads as words, as the default harness has it written', async () => {
    const readers = await shown(sample('transcript-claude.jsonl'))
    expectWords(readers)
    for (const text of Object.values(readers)) expect(text).toContain('Mended.')
  })

  it('of the scripted agent reads as words', async () => {
    const printed = [
      { type: 'session', id: 's1' },
      { type: 'text', text: 'I write.' },
      { type: 'tool_start', id: '1', name: 'write', input: { file: 'a.txt', text: 'a' } },
      { type: 'tool_end', id: '1', output: 'no', failed: true },
      { type: 'novelty', n: 1 },
      { type: 'usage', usage: 'of another shape' },
    ].map((event) => JSON.stringify(event))
    const events = [...printed, 'xxx', '{"type":"te']
      .map(scriptedLine)
      .filter((event) => event.type !== 'end')
    expectWords(await shown(await written(events)))
  })
})

describe('the end of a log on a page', () => {
  it('begins and ends with whole lines, wherever the pieces of it are cut', () => {
    const lines = ['one', 'two', 'three', ''].join('\n')
    for (let size = 1; size < lines.length; size++) {
      const cut = pieces('the middle')
      const whole = pieces('a line')
      const parts = lines.match(new RegExp(`[^]{1,${size}}`, 'g'))!
      expect(parts.map((part) => whole.add(part)).join('')).toBe(lines)
      expect(parts.map((part) => cut.add(part)).join('')).toBe('two\nthree\n')
    }
    expect(pieces('a line').add('one\ntw')).toBe('one\n')
  })

  it('takes what a gate prints for what it is, also when it looks like a line of an agent', () => {
    const printed = '{"type":"text","text":"All is well."}\n\n{"msg":"ready","time":0}\n'
    expect(readable('gate', printed)).toBe(printed)
    expect(readable('server', printed)).toMatch(/^\{"type":"text".*\n\n\d.*M? {2}ready\n$/)
    expect(readable('agent-1', printed)).toBe('All is well.\n· Unknown event.')
  })
})

it('is followed into the next transcript, whatever a killed server left of a line in this one', () => {
  const lines = linesOf(CALL, 'agent-1')
  expect(lines.add('{"at":0,"type":"text","te')).toEqual([])
  lines.at = 25
  lines.begin()
  expect(lines.at).toBe(0)
  expect(lines.add('{"at":0,"type":"text","text":"Next."}\n').join('')).toMatch(/^\S+ Next\.\n$/)
})
