/** Every setting, once: this table is the schema, the flags, the variables of the environment and the help. */
import { z } from 'zod'
import { isHostName } from '../../gateway/egress/hosts.ts'
import { REGISTRIES_WORD } from '../../gateway/egress/registries.ts'
import { PROVIDER_TOOLS } from '../../gateway/model/question.ts'
import { APPROVAL_KEYS } from './approval-keys.ts'
import {
  byCommas,
  bySpaces,
  dollars,
  isWebAddress,
  type Key,
  line,
  list,
  oneOf,
  parsed,
  text,
  whole,
  wordsOf,
  yesOrNo,
} from './kinds.ts'
import { MONEY_KEYS } from './money-keys.ts'
import { isZone, NOTIFY, notifyMistake } from './notify-key.ts'

const DAY = 86_400

const HOSTS = wordsOf(z.string().refine((host) => host === REGISTRIES_WORD || isHostName(host)))
const PROVIDER = wordsOf(
  z
    .string()
    .refine((name) => PROVIDER_TOOLS.some((tool) => tool === name) || /-\d{4}-?\d{2}-?\d{2}$/.test(name)),
)

export const KEYS: readonly Key[] = [
  { name: 'agents', setting: 'agents', fallback: 3, help: 'how many agents work at once', ...whole(0, 64) },
  {
    name: 'harness',
    setting: 'harness',
    restart: true,
    fallback: 'claude',
    help: 'the program that does the thinking',
    ...oneOf('claude', 'scripted'),
  },
  {
    name: 'sandbox',
    setting: 'sandbox',
    restart: true,
    fallback: 'auto',
    help: 'where agents and gates run; auto takes docker, else bubblewrap, and never process, which does not isolate',
    ...oneOf('auto', 'docker', 'podman', 'bubblewrap', 'process'),
  },
  {
    name: 'image',
    setting: 'image',
    restart: true,
    fallback: 'node:24-bookworm-slim',
    help: 'the image that the one of the sandboxes builds on: Debian or Ubuntu, with Node',
    ...text('the name of an image', line.min(1)),
  },
  {
    name: 'memory_mb',
    setting: 'memoryMb',
    fallback: 4096,
    help: 'MB of memory that a sandbox may use, its files included',
    ...whole(128, 4_194_304),
  },
  {
    name: 'disk_mb',
    setting: 'diskMb',
    fallback: 2048,
    help: 'MB of files that a sandbox may hold',
    ...whole(16, 4_194_304),
  },
  {
    name: 'cpus',
    setting: 'cpus',
    fallback: 2,
    help: 'processors that a sandbox may use',
    ...whole(1, 1024),
  },
  {
    name: 'pids',
    setting: 'pids',
    fallback: 1024,
    help: 'processes and threads that a sandbox may have',
    ...whole(32, 1_000_000),
  },
  {
    name: 'port',
    alias: 'monitor_port',
    setting: 'port',
    restart: true,
    fallback: 3000,
    help: 'port of the API on loopback; 0 takes any free one',
    ...whole(0, 65_535),
  },
  {
    name: 'model',
    setting: 'model',
    fallback: null,
    help: "the harness's model; left to the harness by default",
    ...text(
      'the name of a model',
      z.union([line, z.null()]).transform((name) => name || null),
    ),
  },
  {
    name: 'allowed_tools',
    setting: 'allowedTools',
    fallback: ['Bash', 'Read', 'Write', 'Edit', 'Glob', 'Grep'],
    help: 'tools that the harness may use',
    ...list('a list of tools, or their names with commas between', byCommas),
  },
  {
    name: 'max_turns',
    setting: 'maxTurns',
    fallback: 50,
    help: 'turns of the model that one run may take',
    ...whole(1, 10_000),
  },
  {
    name: 'harness_args',
    setting: 'harnessArgs',
    fallback: [],
    help: "more arguments for the harness's program",
    ...list('a list of arguments, or one text with spaces between', bySpaces),
  },
  {
    name: 'verify_retries',
    setting: 'verifyRetries',
    fallback: 2,
    help: 'how often an agent may mend a red gate within one attempt',
    ...whole(0, 20),
  },
  {
    name: 'verify_timeout',
    setting: 'verifyTimeout',
    fallback: 1800,
    help: 'seconds that verify.sh may take',
    ...whole(1, DAY),
  },
  {
    name: 'attempt_timeout',
    setting: 'attemptTimeout',
    fallback: 7200,
    help: 'seconds that an attempt may take in all',
    ...whole(1, 7 * DAY),
  },
  {
    name: 'save_interval',
    setting: 'saveInterval',
    fallback: 120,
    help: 'seconds after which the work of an agent that is still at it is kept, again and again; 0: only when it ends',
    ...whole(0, DAY),
  },
  {
    name: 'keep_finished_work',
    setting: 'keepFinishedWork',
    fallback: 30 * DAY,
    help: 'seconds for which the transcripts, and the work that did not land, of tickets that are over are kept; 0: for ever',
    ...whole(0, 3650 * DAY),
  },
  {
    name: 'hang_timeout',
    setting: 'hangTimeout',
    fallback: 600,
    help: 'seconds of silence after which a harness counts as hung; while one of its tools runs, only attempt_timeout ends it',
    ...whole(1, DAY),
  },
  {
    name: 'merge_queue_limit',
    alias: 'lane_limit',
    setting: 'mergeQueueLimit',
    fallback: 0,
    help: 'commits in the merge queue from which on agents start nothing new; 0: twice as many as agents, 8 at least',
    ...whole(0, 10_000),
  },
  {
    name: 'min_free',
    setting: 'minFree',
    fallback: 256,
    help: 'MiB that must be free on the disk, or agents start nothing new',
    ...whole(0, 1_000_000),
  },
  ...APPROVAL_KEYS,
  {
    name: 'allow_hosts',
    setting: 'allowHosts',
    fallback: [REGISTRIES_WORD],
    help: 'hosts that isolated agents and gates may reach; "registries" stands for those of the project\'s stack',
    ...list('a list of exact host names, such as ["registries", "api.example.org"]', bySpaces),
    schema: HOSTS,
  },
  ...MONEY_KEYS,
  {
    name: 'propose',
    setting: 'propose',
    fallback: false,
    help: 'whether an agent reads the code and proposes improvements while no ticket is ready',
    ...yesOrNo,
  },
  {
    name: 'propose_max_open',
    setting: 'proposeMaxOpen',
    fallback: 5,
    help: 'proposals that may wait for you at once; as long as so many do, agents propose nothing',
    ...whole(0, 1000),
  },
  {
    name: 'propose_interval',
    setting: 'proposeInterval',
    fallback: 21_600,
    help: 'seconds from the beginning of one reading of the code to the next',
    ...whole(1, 365 * DAY),
  },
  {
    name: 'propose_budget',
    setting: 'proposeBudget',
    fallback: 1,
    help: 'US dollars that proposing may cost in a day; 0: no limit',
    ...dollars,
  },
  {
    name: 'provider_tools',
    setting: 'providerTools',
    fallback: [],
    help: "what the model's provider may do for agents past the sandbox: web_search, web_fetch, code_execution, mcp, urls, files, advisor; or the name of a beta",
    ...list('a list such as ["web_search"]', bySpaces),
    schema: PROVIDER,
  },
  {
    name: 'ntfy_topic',
    setting: 'ntfyTopic',
    fallback: '',
    help: 'topic on ntfy.sh for notifications; none by default',
    ...text('the name of a topic'),
  },
  {
    name: 'notify',
    setting: 'notify',
    fallback: [],
    help: 'channels that tell you what waits for you; see docs/notifications.md',
    expects: 'a list of channels, such as [{"channel": "ntfy", "topic": "my-swarm"}]',
    schema: NOTIFY,
    says: notifyMistake,
    fromText: parsed,
  },
  {
    name: 'public_url',
    setting: 'publicUrl',
    fallback: '',
    help: 'where you reach this server from outside, for action links; none by default',
    ...text(
      'an address such as https://swarm.example.org',
      line.refine((url) => url === '' || isWebAddress(url)).transform((url) => url.replace(/\/+$/, '')),
    ),
  },
  {
    name: 'time_zone',
    setting: 'timeZone',
    fallback: '',
    help: "of quiet hours, digests and days of costs; this machine's by default",
    ...text(
      'a time zone such as Europe/Berlin',
      line.refine((name) => name === '' || isZone(name)),
    ),
  },
]

/** The key of this name, also of its older one. */
export const keyNamed = (name: string): Key | undefined =>
  KEYS.find((key) => key.name === name || key.alias === name)

/** `verify_retries` → `--verify-retries` */
export const flagOf = ({ name }: Pick<Key, 'name'>): string => `--${name.replaceAll('_', '-')}`

/** `verify_retries` → `SWARM_VERIFY_RETRIES` */
export const variableOf = ({ name }: Pick<Key, 'name'>): string => `SWARM_${name.toUpperCase()}`
