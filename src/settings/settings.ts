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
  agents: { fallback: 3, help: 'number of agents that work at the same time', ...whole(0, 64) },
  harness: {
    restart: true,
    fallback: 'claude',
    help: 'agent CLI that does the thinking',
    ...oneOf('claude', 'scripted'),
  },
  sandbox: {
    restart: true,
    fallback: 'auto',
    help: 'where agents and gates run; auto = docker, else bubblewrap; process does not isolate and must be chosen',
    ...oneOf('auto', 'docker', 'podman', 'bubblewrap', 'process'),
  },
  image: {
    restart: true,
    fallback: 'node:24-bookworm-slim',
    help: 'base image of the sandbox image: Debian or Ubuntu with Node',
    ...text('the name of an image', line.min(1)),
  },
  memoryMb: {
    fallback: 4096,
    help: 'memory limit of a sandbox in MB, including its files',
    ...whole(128, 4_194_304),
  },
  diskMb: {
    fallback: 2048,
    help: 'disk limit of a sandbox in MB',
    ...whole(16, 4_194_304),
  },
  cpus: {
    fallback: 2,
    help: 'CPU limit of a sandbox',
    ...whole(1, 1024),
  },
  pids: {
    fallback: 1024,
    help: 'limit on processes and threads in a sandbox',
    ...whole(32, 1_000_000),
  },
  port: {
    alias: 'monitor_port',
    restart: true,
    fallback: 3000,
    help: 'port of the API on loopback; 0 = any free port',
    ...whole(0, 65_535),
  },
  model: {
    fallback: null,
    help: "model name; default: the harness's own default",
    ...textOrNull('the name of a model'),
  },
  allowedTools: {
    fallback: ['Bash', 'Read', 'Write', 'Edit', 'Glob', 'Grep'],
    help: 'tools that the harness may use',
    ...list('a list of tool names, or one text with commas between', byCommas),
  },
  maxTurns: {
    fallback: 50,
    help: 'model turns allowed in one run of the harness',
    ...whole(1, 10_000),
  },
  harnessArgs: {
    fallback: [],
    help: "extra arguments for the harness's program",
    ...list('a list of arguments, or one text with spaces between', bySpaces),
  },
  verifyRetries: {
    fallback: 2,
    help: 'how often an agent may fix a red gate and retry within one attempt',
    ...whole(0, 20),
  },
  verifyTimeout: {
    fallback: 1800,
    help: 'time limit of verify.sh in seconds',
    ...whole(1, DAY),
  },
  attemptTimeout: {
    fallback: 7200,
    help: 'time limit of one attempt in seconds',
    ...whole(1, 7 * DAY),
  },
  saveInterval: {
    fallback: 120,
    help: 'save unfinished work every N seconds; 0 = only when the attempt ends',
    ...whole(0, DAY),
  },
  keepFinishedWork: {
    fallback: 30 * DAY,
    help: 'seconds to keep the transcripts and unlanded work of finished tickets; 0 = for ever',
    ...whole(0, 3650 * DAY),
  },
  hangTimeout: {
    fallback: 600,
    help: 'seconds without output before a harness counts as hung; attempt_timeout applies while a tool runs',
    ...whole(1, DAY),
  },
  mergeQueueLimit: {
    alias: 'lane_limit',
    fallback: 0,
    help: 'stop claiming when this many commits are in the merge queue; 0 = twice the number of agents, at least 8',
    ...whole(0, 10_000),
  },
  minFree: {
    fallback: 256,
    help: 'stop claiming when less than this is free on the disk, in MiB',
    ...whole(0, 1_000_000),
  },
  ...APPROVAL_ROWS,
  allowHosts: {
    fallback: [REGISTRIES_WORD],
    help: 'hosts that isolated agents and gates may reach; "registries" = package registries of the project\'s stack',
    ...list('a list of exact host names, such as ["registries", "api.example.org"]', bySpaces),
    schema: HOSTS,
  },
  ...MONEY_ROWS,
  propose: {
    fallback: false,
    help: 'let an idle agent read the code and propose improvements',
    ...yesOrNo,
  },
  proposeMaxOpen: {
    fallback: 5,
    help: 'agents stop proposing when this many proposals wait for you',
    ...whole(0, 1000),
  },
  proposeInterval: {
    fallback: 21_600,
    help: 'shortest time between the starts of two proposing attempts, in seconds',
    ...whole(1, 365 * DAY),
  },
  proposeBudget: {
    fallback: 1,
    help: 'US dollars that proposing may spend in one day; 0 = no limit',
    ...dollars,
  },
  providerTools: {
    fallback: [],
    help: 'server-side tools of the model provider, which bypass the sandbox: web_search, web_fetch, code_execution, mcp, urls, files, advisor; or the name of a beta',
    ...list('a list such as ["web_search"]', bySpaces),
    schema: PROVIDER,
  },
  ntfyTopic: {
    fallback: '',
    help: 'ntfy.sh topic for notifications; default: none',
    ...text('the name of a topic'),
  },
  notify: {
    fallback: [],
    help: 'notification channels; see docs/notifications.md',
    expects: 'a list of channels, such as [{"channel": "ntfy", "topic": "my-swarm"}]',
    schema: NOTIFY,
    says: notifyMistake,
    fromText: parsed,
  },
  publicUrl: {
    fallback: '',
    help: 'external URL of this server, used in action links; default: none',
    ...text(
      'a URL such as https://swarm.example.org',
      line.refine((url) => url === '' || isWebAddress(url)).transform((url) => url.replace(/\/+$/, '')),
    ),
  },
  timeZone: {
    fallback: '',
    help: "time zone for quiet hours, digests and daily costs; default: this machine's",
    ...text(
      'a time zone such as Europe/Berlin',
      line.refine((name) => name === '' || isZone(name)),
    ),
  },
})

/** Settings that a person can change; `main/` reads them from flags, the environment and `.swarm/config.json`. */
export type Settings = Values<typeof ROWS>

/** Settings when nobody says anything. */
export const DEFAULTS: Settings = fallbacksOf(ROWS)

/** A setting with its names: in `Settings`, and in `.swarm/config.json`, from which flag and variable follow. */
export interface Key extends Row<Settings[keyof Settings]> {
  setting: keyof Settings
  name: string
}

/** Keys of all settings, in the order in which people see them. */
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
