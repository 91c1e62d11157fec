/** What a person can set; `main/` reads it from flags, the environment and `.swarm/config.json`. */
export interface Settings {
  /** How many agents work at once. */
  agents: number
  /** `claude` or `scripted`. */
  harness: string
  /** `process`. */
  sandbox: string
  /** Port of the API on loopback; 0 takes any free one. */
  port: number
  /** Tools that the harness may use, by its names. */
  allowedTools: string[]
  /** Turns of the model that one run may take. */
  maxTurns: number
  /** How often the agent may mend a red gate or a conflict within one attempt. */
  verifyRetries: number
  /** The harness's model; null leaves it to the harness. */
  model: string | null
  /** Extra arguments for the harness's program. */
  harnessArgs: string[]
  /** Seconds that a gate run may take. */
  verifyTimeout: number
  /** Seconds that an attempt may take in all. */
  attemptTimeout: number
  /** Seconds without any event after which a harness counts as hung. */
  hangTimeout: number
  /** Patterns of paths whose change waits for a person, beside `verify.sh`. */
  protectedPaths: string[]
  /** Topic on ntfy.sh; empty for none. */
  ntfyTopic: string
}
