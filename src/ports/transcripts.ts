/** What harnesses printed, by reference: one line of JSON per event, appended while an attempt runs. */
import type { TranscriptEvent } from '../ticket/transcript.ts'

export interface Transcripts {
  /** Opens the transcript of an attempt for appending; the reference is stable. */
  open(ticket: number, attempt: number): Transcript
  /**
   * Bytes from `offset` on, at most `limit` of them, and the offset to go on from; null when there is none. A negative
   * offset counts from the end.
   */
  read(
    reference: string,
    offset: number,
    limit: number,
  ): Promise<{ text: string; next: number; size: number } | null>
  /** Removes one that nobody appends to. One that is not there is no mistake. */
  remove(reference: string): Promise<void>
}

export interface Transcript {
  reference: string
  /** Adds one event; `at` is put in by the adapter. */
  append(event: TranscriptEvent): void
  close(): Promise<void>
}
