import type { NoticeKind } from '../ticket/notice.ts'

/** What a person can set; `main/` reads it from flags, the environment and `.swarm/config.json`. */
export interface Settings {
  /** How many agents work at once. */
  agents: number
  /** `claude` or `scripted`. */
  harness: string
  /** `auto`, `docker`, `podman`, `bubblewrap` or `process`. */
  sandbox: string
  /** The image that the one of the sandboxes builds on. */
  image: string
  /** Of each sandbox: MB of memory, files included. */
  memoryMb: number
  /** Of each sandbox: MB of files. */
  diskMb: number
  /** Of each sandbox: processors. */
  cpus: number
  /** Of each sandbox: processes and threads. */
  pids: number
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
  /** Seconds for which is kept what attempts left at tickets that are over; 0: for ever. */
  keepFinishedWork: number
  /** Seconds from one time that the work of an agent that is at it is kept to the next; 0: only when it ends. */
  saveInterval: number
  /** Seconds without any event after which a harness counts as hung. */
  hangTimeout: number
  /** US dollars that the attempts at one ticket may cost before a person is asked; 0: no limit. */
  ticketBudget: number
  /** US dollars that agents may cost in a day before everybody waits; 0: no limit. */
  dayBudget: number
  /** US dollars that agents may cost in all before everybody waits; 0: no limit. */
  totalBudget: number
  /** Whether an agent reads the code and proposes while nothing is ready. */
  propose: boolean
  /** Proposals that may wait for a person at once. */
  proposeMaxOpen: number
  /** Seconds from the beginning of one proposing to the next. */
  proposeInterval: number
  /** US dollars that proposing may cost in a day; 0: no limit. */
  proposeBudget: number
  /** Commits in the merge queue from which on agents start nothing new; 0: twice as many as agents, and 8 at least. */
  mergeQueueLimit: number
  /** MiB that must be free on the disk, or agents start nothing new. */
  minFree: number
  /** Patterns of paths whose change waits for a person, beside `verify.sh`. */
  protectedPaths: string[]
  /** Whether work that weakens tests, or takes back what landed, waits for a person, too. */
  doubtsNeedApproval: boolean
  /** Exact names of hosts that sandboxes may reach; `registries` stands for those of what the project is made with. */
  allowHosts: string[]
  /** US dollars that one attempt may use of the model; null for no limit. */
  attemptBudget: number | null
  /** What the model's provider may do for agents, and names of betas that they may ask for. */
  providerTools: string[]
  /** Prices of models that the swarm does not know, or has wrong: `NAME=INPUT/OUTPUT`, dollars for a million tokens. */
  modelPrices: string[]
  /** Topic on ntfy.sh; empty for none. */
  ntfyTopic: string
  /** Ways to reach people. */
  notify: ChannelSettings[]
  /** Where people reach this server from outside, for action links; empty: they do not. */
  publicUrl: string
  /** Of quiet hours, digests and days of costs, such as `Europe/Berlin`; empty: this machine's. */
  timeZone: string
}

export interface ChannelSettings {
  /** What people call it; its kind by default. */
  name: string
  kinds: readonly NoticeKind[]
  /** Minutes after midnight. */
  quietHours: { from: number; to: number } | null
  digest: number | null
  timeZone: string | null
  /** Whether its messages may carry action links. */
  actions: boolean
  to: ChannelTarget
}

/** `env:NAME` or `file:PATH`: where a secret is to be found. It never stands in the settings itself. */
export type SecretPlace = string

export type ChannelTarget =
  | { kind: 'ntfy'; server: string; topic: string; token: SecretPlace | null }
  | { kind: 'slack'; url: SecretPlace }
  | { kind: 'discord'; url: SecretPlace }
  | { kind: 'telegram'; server: string; token: SecretPlace; chat: string }
  | {
      kind: 'email'
      host: string
      port: number
      secure: boolean
      user: string | null
      password: SecretPlace | null
      from: string
      to: string
    }
  | { kind: 'webhook'; url: string; secret: SecretPlace }
  | { kind: 'desktop' }
