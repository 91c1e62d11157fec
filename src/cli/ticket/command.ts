/** The shape of a row of the command table, and the types that follow from its arguments and flags. */
import type { Call, Outcome } from './context.ts'
import type { Kind, Needed } from './kinds.ts'

export type Params = Record<string, Kind<unknown>>

type Args<A> = { [K in keyof A]: A[K] extends Kind<infer T> ? T : never }
type Flags<F> = {
  [K in keyof F]: F[K] extends Needed<infer T> ? T : F[K] extends Kind<infer T> ? T | undefined : never
}

interface Row<A, F> {
  name: string
  summary: string
  /** In their order. */
  args?: A
  flags?: F
  examples?: string[]
  /** Another name for it that help does not mention. */
  alias?: string
  /** Works, but is not in help. */
  hidden?: true
  /** Only a person or the swarm may do it: an agent is told so before anything is read. */
  forPeople?: true
  run(call: Call<Args<A> & Flags<F>>): Promise<Outcome>
}

export interface Command extends Omit<Row<Params, Params>, 'run'> {
  args: Params
  flags: Params
  run(call: Call<unknown>): Promise<Outcome>
}

type None = Record<never, never>

/** Only checks that what `run` takes is what the arguments and flags give. */
export const command = <A extends Params = None, F extends Params = None>(row: Row<A, F>): Command =>
  ({ args: {}, flags: {}, ...row }) as Command
