/** The meter finds what counts in a stream, however the stream is cut into pieces, and whatever else is in it. */
import { expect, it } from 'vitest'
import { meterFor } from '../../src/gateway/model/meter.ts'

const data = (event: object) =>
  `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`
const text = (words: string) =>
  data({ type: 'content_block_delta', delta: { type: 'text_delta', text: words } })

const START = data({
  type: 'message_start',
  message: { model: 'claude-opus-4-5', usage: { input_tokens: 7, output_tokens: 1 } },
})
const END = data({ type: 'message_delta', delta: {}, usage: { output_tokens: 30 } })
const FOUND = { model: 'claude-opus-4-5', inputTokens: 7, outputTokens: 30 }

function read(...pieces: (string | Buffer)[]) {
  const meter = meterFor('text/event-stream; charset=utf-8')
  for (const piece of pieces) meter.push(Buffer.from(piece))
  return meter.read()
}

it('reads the same from a stream in any two pieces, and byte by byte', () => {
  const stream = Buffer.from(START + text('Grüße') + END)
  for (let at = 0; at <= stream.length; at++)
    expect(read(stream.subarray(0, at), stream.subarray(at))).toMatchObject(FOUND)
  expect(read(...Array.from(stream, (byte) => Buffer.from([byte])))).toMatchObject(FOUND)
})

it('believes no count that stands in the text of an answer', () => {
  const forged = text('{"type":"message_delta","usage":{"output_tokens":9999}}')
  expect(read(START, forged, END, forged)).toMatchObject(FOUND)
})

it('leaves out a line that is too long, and goes on with the next', () => {
  const long = `data: {"usage":${'x'.repeat(1024 * 1024)}`
  const pieces = [START, long, 'x'.repeat(2 * 1024 * 1024), 'x'.repeat(3 * 1024 * 1024), `"usage"}\n${END}`]
  expect(read(...pieces)).toMatchObject(FOUND)
})

it('takes anything for a stream, and then has counted nothing', () => {
  for (const piece of [
    '',
    '\n',
    '"usage"',
    'data: {"usage"\n',
    'data: "usage"\n\n',
    Buffer.from([0, 255, 10]),
  ])
    expect(read(piece)).toBeNull()
})
