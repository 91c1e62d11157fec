/** What every writer of a transcript owes its readers. */
import { readTranscriptLine, type TranscriptEvent } from '../../src/ticket/transcript.ts'

/** The events as a transcript that holds them gives them back. */
export const readBack = (events: readonly TranscriptEvent[]): TranscriptEvent[] =>
  events.map((event) => readTranscriptLine(JSON.stringify({ at: 0, ...event })).event)
