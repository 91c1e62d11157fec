/** Transcripts of harnesses, by reference: one line of JSON per event, appended while an attempt runs. */
import type { TranscriptEvent } from '../ticket/transcript.ts'

/** Store of transcripts. */
export interface Transcripts {
  /** Opens the transcript of an attempt for appending; the reference is stable. */
  open(ticket: number, attempt: number): Transcript
  /**
   * Reads at most `limit` bytes from `offset` on; `next` is the offset to read on from. A negative offset counts from
   * the end. Gives null when there is no transcript.
   */
  read(
    reference: string,
    offset: number,
    limit: number,
  ): Promise<{ text: string; next: number; size: number } | null>
  /** Removes a transcript that nobody appends to, if it exists. */
  remove(reference: string): Promise<void>
}

/** Transcript of one attempt, open for appending. */
export interface Transcript {
  reference: string
  /** Appends one event; the adapter adds `at`. */
  append(event: TranscriptEvent): void
  close(): Promise<void>
}
