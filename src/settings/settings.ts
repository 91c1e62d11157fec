/**
 * Every setting, once: this table is the type, the schema, the flags, the variables of the environment, the help and the
 * page. A new setting is one row.
 */
import { z } from 'zod'
import { APPROVAL_ROWS } from './approval.ts'
import {
  byCommas,
  bySpaces,
  dollars,
  fallbacksOf,
  isWebAddress,
  line,
  list,
  namesOf,
  oneOf,
  parsed,
  type Row,
  table,
  text,
  textOrNull,
  type Values,
  whole,
  wordsOf,
  yesOrNo,
} from './kinds.ts'
import { MONEY_ROWS } from './money.ts'
import { isHostName, PROVIDER_TOOLS, REGISTRIES_WORD } from './names.ts'
import { isZone, NOTIFY, notifyMistake } from './notify.ts'

const DAY = 86_400

const HOSTS = wordsOf(z.string().refine((host) => host === REGISTRIES_WORD || isHostName(host)))
const PROVIDER = wordsOf(
  z
    .string()
    .refine((name) => PROVIDER_TOOLS.some((tool) => tool === name) || /-\d{4}-?\d{2}-?\d{2}$/.test(name)),
)

const ROWS = table({
  agents: { fallback: 3, help: 'how many agents work at once', ...whole(0, 64) },
  harness: {
    restart: true,
    fallback: 'claude',
    help: 'the program that does the thinking',
    ...oneOf('claude', 'scripted'),
  },
  sandbox: {
    restart: true,
    fallback: 'auto',
    help: 'where agents and gates run; auto takes docker, else bubblewrap, and never process, which does not isolate',
    ...oneOf('auto', 'docker', 'podman', 'bubblewrap', 'process'),
  },
  image: {
    restart: true,
    fallback: 'node:24-bookworm-slim',
    help: 'the image that the one of the sandboxes builds on: Debian or Ubuntu, with Node',
    ...text('the name of an image', line.min(1)),
  },
  memoryMb: {
    fallback: 4096,
    help: 'MB of memory that a sandbox may use, its files included',
    ...whole(128, 4_194_304),
  },
  diskMb: {
    fallback: 2048,
    help: 'MB of files that a sandbox may hold',
    ...whole(16, 4_194_304),
  },
  cpus: {
    fallback: 2,
    help: 'processors that a sandbox may use',
    ...whole(1, 1024),
  },
  pids: {
    fallback: 1024,
    help: 'processes and threads that a sandbox may have',
    ...whole(32, 1_000_000),
  },
  port: {
    alias: 'monitor_port',
    restart: true,
    fallback: 3000,
    help: 'port of the API on loopback; 0 takes any free one',
    ...whole(0, 65_535),
  },
  model: {
    fallback: null,
    help: "the harness's model; left to the harness by default",
    ...textOrNull('the name of a model'),
  },
  allowedTools: {
    fallback: ['Bash', 'Read', 'Write', 'Edit', 'Glob', 'Grep'],
    help: 'tools that the harness may use',
    ...list('a list of tools, or their names with commas between', byCommas),
  },
  maxTurns: {
    fallback: 50,
    help: 'turns of the model that one run may take',
    ...whole(1, 10_000),
  },
  harnessArgs: {
    fallback: [],
    help: "more arguments for the harness's program",
    ...list('a list of arguments, or one text with spaces between', bySpaces),
  },
  verifyRetries: {
    fallback: 2,
    help: 'how often an agent may mend a red gate within one attempt',
    ...whole(0, 20),
  },
  verifyTimeout: {
    fallback: 1800,
    help: 'seconds that verify.sh may take',
    ...whole(1, DAY),
  },
  attemptTimeout: {
    fallback: 7200,
    help: 'seconds that an attempt may take in all',
    ...whole(1, 7 * DAY),
  },
  saveInterval: {
    fallback: 120,
    help: 'seconds after which the work of an agent that is still at it is kept, again and again; 0: only when it ends',
    ...whole(0, DAY),
  },
  keepFinishedWork: {
    fallback: 30 * DAY,
    help: 'seconds for which the transcripts, and the work that did not land, of tickets that are over are kept; 0: for ever',
    ...whole(0, 3650 * DAY),
  },
  hangTimeout: {
    fallback: 600,
    help: 'seconds of silence after which a harness counts as hung; while one of its tools runs, only attempt_timeout ends it',
    ...whole(1, DAY),
  },
  mergeQueueLimit: {
    alias: 'lane_limit',
    fallback: 0,
    help: 'commits in the merge queue from which on agents start nothing new; 0: twice as many as agents, 8 at least',
    ...whole(0, 10_000),
  },
  minFree: {
    fallback: 256,
    help: 'MiB that must be free on the disk, or agents start nothing new',
    ...whole(0, 1_000_000),
  },
  ...APPROVAL_ROWS,
  allowHosts: {
    fallback: [REGISTRIES_WORD],
    help: 'hosts that isolated agents and gates may reach; "registries" stands for those of the project\'s stack',
    ...list('a list of exact host names, such as ["registries", "api.example.org"]', bySpaces),
    schema: HOSTS,
  },
  ...MONEY_ROWS,
  propose: {
    fallback: false,
    help: 'whether an agent reads the code and proposes improvements while no ticket is ready',
    ...yesOrNo,
  },
  proposeMaxOpen: {
    fallback: 5,
    help: 'proposals that may wait for you at once; as long as so many do, agents propose nothing',
    ...whole(0, 1000),
  },
  proposeInterval: {
    fallback: 21_600,
    help: 'seconds from the beginning of one reading of the code to the next',
    ...whole(1, 365 * DAY),
  },
  proposeBudget: {
    fallback: 1,
    help: 'US dollars that proposing may cost in a day; 0: no limit',
    ...dollars,
  },
  providerTools: {
    fallback: [],
    help: "what the model's provider may do for agents past the sandbox: web_search, web_fetch, code_execution, mcp, urls, files, advisor; or the name of a beta",
    ...list('a list such as ["web_search"]', bySpaces),
    schema: PROVIDER,
  },
  ntfyTopic: {
    fallback: '',
    help: 'topic on ntfy.sh for notifications; none by default',
    ...text('the name of a topic'),
  },
  notify: {
    fallback: [],
    help: 'channels that tell you what waits for you; see docs/notifications.md',
    expects: 'a list of channels, such as [{"channel": "ntfy", "topic": "my-swarm"}]',
    schema: NOTIFY,
    says: notifyMistake,
    fromText: parsed,
  },
  publicUrl: {
    fallback: '',
    help: 'where you reach this server from outside, for action links; none by default',
    ...text(
      'an address such as https://swarm.example.org',
      line.refine((url) => url === '' || isWebAddress(url)).transform((url) => url.replace(/\/+$/, '')),
    ),
  },
  timeZone: {
    fallback: '',
    help: "of quiet hours, digests and days of costs; this machine's by default",
    ...text(
      'a time zone such as Europe/Berlin',
      line.refine((name) => name === '' || isZone(name)),
    ),
  },
})

/** What a person can set; `main/` reads it from flags, the environment and `.swarm/config.json`. */
export type Settings = Values<typeof ROWS>

/** What is set when nobody says anything. */
export const DEFAULTS: Settings = fallbacksOf(ROWS)

/** A setting with its names: in `Settings`, and in `.swarm/config.json`, from which flag and variable follow. */
export interface Key extends Row<Settings[keyof Settings]> {
  setting: keyof Settings
  name: string
}

/** In the order in which people see them. */
export const KEYS: readonly Key[] = namesOf(ROWS).map((setting) => ({
  ...ROWS[setting],
  setting,
  name: setting.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
}))

/** Parses a value of the file, or what `fromText` made of a flag or a variable. */
export const parseSetting = <K extends keyof Settings>(
  setting: K,
  value: unknown,
): z.ZodSafeParseResult<Settings[K]> => ROWS[setting].schema.safeParse(value)

/** The key of this name, also of its older one. */
export const keyNamed = (name: string): Key | undefined =>
  KEYS.find((key) => key.name === name || key.alias === name)

/** `verify_retries` → `--verify-retries` */
export const flagOf = ({ name }: Pick<Key, 'name'>): string => `--${name.replaceAll('_', '-')}`

/** `verify_retries` → `SWARM_VERIFY_RETRIES` */
export const variableOf = ({ name }: Pick<Key, 'name'>): string => `SWARM_${name.toUpperCase()}`
