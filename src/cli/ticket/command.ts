/** Shape of a row of the command table, and the types that follow from its arguments and flags. */
import type { Call, Outcome } from './context.ts'
import type { Kind, Needed } from './kinds.ts'

/** Kinds of arguments or flags, by name. */
export type Params = Record<string, Kind<unknown>>

type Args<A> = { [K in keyof A]: A[K] extends Kind<infer T> ? T : never }
type Flags<F> = {
  [K in keyof F]: F[K] extends Needed<infer T> ? T : F[K] extends Kind<infer T> ? T | undefined : never
}

interface Row<A, F> {
  name: string
  summary: string
  /** Arguments, in order. */
  args?: A
  flags?: F
  examples?: string[]
  /** Alias that help does not mention. */
  alias?: string
  /** True for a command that help leaves out. */
  hidden?: true
  /** True for a command of people and the swarm: an agent is refused before anything is read. */
  forPeople?: true
  run(call: Call<Args<A> & Flags<F>>, table: readonly Command[]): Promise<Outcome>
}

/** Command of `ticket`. */
export interface Command extends Omit<Row<Params, Params>, 'run'> {
  args: Params
  flags: Params
  /** `table`: all commands. */
  run(call: Call<unknown>, table: readonly Command[]): Promise<Outcome>
}

type None = Record<never, never>

/** Makes a row; the types check that `run` fits its arguments and flags. */
export const command = <A extends Params = None, F extends Params = None>(row: Row<A, F>): Command =>
  ({ args: {}, flags: {}, ...row }) as Command
