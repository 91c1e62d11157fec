/** The environment of the process, which only `swarm.ts` reads. */
export type Environment = Record<string, string | undefined>
