/** A page reads a transcript of any length: its end at once, more when it is wanted, and never all of it at a time. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isError, rowsOf } from '../../dashboard/pages/ticket/transcript-lines.ts'
import { type Reader, reader } from '../../dashboard/pages/ticket/transcript-reader.ts'
import { fileTranscripts } from '../../src/stores/files/transcripts.ts'

const said = (text: string) => ({ type: 'text', text }) as const

function opened() {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-transcript-'))
  const transcripts = fileTranscripts(folder, () => 0)
  const written = transcripts.open(1, 1)
  onTestFinished(async () => {
    await written.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const asked: number[] = []
  const source = reader(async (offset, limit) => {
    asked.push(limit)
    return (await transcripts.read(written.reference, offset, limit))!
  })
  return { write: written.append, source, asked }
}

const texts = ({ state }: Reader) =>
  rowsOf(state.get().entries).map((row) => ('text' in row ? row.text : row.kind))

describe('a page that shows a transcript', () => {
  it('shows the end of a long one after one request', async () => {
    const { write, source, asked } = opened()
    for (let at = 0; at < 20_000; at++) write(said(`Line ${at}: ünïcödé ${'x'.repeat(200)}`))
    await source.toEnd()
    expect(asked).toHaveLength(1)
    expect(texts(source).at(-1)).toMatch(/^Line 19999: ünïcödé/)
    const { start, end, size } = source.state.get()
    expect(end).toBe(size)
    expect(end - start).toBeLessThan(262_144)
  })

  it('reads back to the beginning, each line once and in order, and keeps a few megabytes of it', async () => {
    const { write, source } = opened()
    const COUNT = 30_000
    for (let at = 0; at < COUNT; at++) write(said(`${at} ${'é'.repeat(100)}`))
    await source.toEnd()
    const seen = new Set<number>()
    do {
      const numbers = texts(source).map((text) => Number(text.split(' ')[0]))
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
      for (const number of numbers) seen.add(number)
      const { start, end } = source.state.get()
      expect(end - start).toBeLessThanOrEqual(4 * 1_048_576)
    } while (await source.older())
    expect(seen.size).toBe(COUNT)
    expect(source.state.get().start).toBe(0)
  })

  it('goes on with what is added, also from the middle', async () => {
    const { write, source } = opened()
    write(said('first'))
    await source.toEnd()
    write(said('second'))
    await source.newer()
    expect(texts(source)).toEqual(['first', 'second'])
  })

  it('says so where a line is too long to be shown, and shows what is around it', async () => {
    const { write, source } = opened()
    write(said('before'))
    write(said('x'.repeat(3_000_000)))
    write(said('after'))
    await source.toEnd()
    while (await source.older());
    const shown = texts(source)
    expect(shown.at(0)).toBe('before')
    expect(shown.at(-1)).toBe('after')
    expect(new Set(shown.slice(1, -1))).toEqual(new Set(['This line is too long to show.']))
  })

  it('puts a call and its result together, and knows what failed', () => {
    const entries = [
      { type: 'tool_start', id: 'a', name: 'Bash', input: { command: 'false' } } as const,
      { type: 'tool_start', id: 'b', name: 'Bash', input: { command: 'true' } } as const,
      { type: 'tool_end', id: 'a', output: 'no', failed: true } as const,
      { type: 'end', ok: false, reason: 'hang', detail: 'It hung.' } as const,
    ].map((event, at) => ({ offset: at, bytes: 1, line: { at, event } }))
    const rows = rowsOf(entries)
    expect(rows).toMatchObject([
      { kind: 'tool', result: { output: 'no', failed: true } },
      { kind: 'tool', result: null },
      { kind: 'problem', text: "The agent's turn failed (hang): It hung." },
    ])
    expect(rows.map(isError)).toEqual([true, false, true])
  })
})
