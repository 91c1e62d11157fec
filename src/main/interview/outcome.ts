/** Outcome of an interview, passed from the interviewer's tool to the program that held it. */
import { z } from 'zod'

const MOST_TICKETS = 50

export const OUTCOME = z.strictObject({
  tickets: z
    .array(
      z.strictObject({
        title: z
          .string()
          .trim()
          .min(1)
          .max(200)
          .describe('One line that says what changes, in the imperative'),
        description: z
          .string()
          .max(20_000)
          .describe(
            'For an agent that knows nothing of this talk: what, why, where, how it is seen that it works',
          ),
        after: z
          .array(z.int().min(1))
          .default([])
          .describe('Which tickets of this list must be done before, by their place in it; the first is 1'),
      }),
    )
    .max(MOST_TICKETS)
    .describe('The first tickets, in the order in which they should be done'),
})
/** Outcome of an interview. */
export type Outcome = z.infer<typeof OUTCOME>

/** Files that the interviewer must have written before it may end. */
export const WRITES = ['PROJECT.md', 'verify.sh'] as const
