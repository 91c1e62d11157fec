/** `swarm auth`: the credential for the model, which stays outside of every sandbox, and who pays for it. */
import { CREDENTIAL_KINDS, type CredentialKind, typedKind } from '../../ticket/credential-kinds.ts'
import { Refused } from '../../ticket/refused.ts'
import { Misuse } from '../misuse.ts'
import type { Call, Command } from './command.ts'
import type { Account, NewAccount } from './host/accounts.ts'
import { oneLine, print, styled } from './screen.ts'

const KINDS = CREDENTIAL_KINDS.map(typedKind)
const VERBS = ['show', 'set', 'test', 'remove'] as const
const PLACES = ['file', 'keychain'] as const

export const auth: Command = {
  name: 'auth',
  summary: "Set, show, test or remove the model's credential, and show which account pays",
  args: [
    { name: 'VERB', help: 'show, set, test or remove', among: VERBS },
    { name: 'KIND', help: 'credential type (with set)', isOptional: true, among: KINDS },
  ],
  flags: [
    { name: 'in', value: 'PLACE', among: PLACES, help: 'file (mode 0600, default) or keychain' },
    { name: 'url', value: 'URL', help: 'base URL of a custom model API' },
    { name: 'region', value: 'REGION', help: 'of Bedrock (us-east-1) or Vertex (global)' },
    { name: 'project', value: 'ID', help: 'of Google Cloud, for Vertex' },
  ],
  more: [
    'The environment takes precedence: ANTHROPIC_API_KEY, CLAUDE_CODE_OAUTH_TOKEN, ANTHROPIC_AUTH_TOKEN with',
    'ANTHROPIC_BASE_URL, CLAUDE_CODE_USE_BEDROCK or CLAUDE_CODE_USE_VERTEX. The file is next, then the keychain.',
    'Bedrock needs a Bedrock API key, not AWS access keys. Vertex stores no secret: gcloud provides a token.',
    'Type the secret when prompted, or pipe it to standard input. Never put it on a command line.',
  ],
  examples: [
    ...['swarm auth set setup-token', 'swarm auth set api-key < key.txt', 'swarm auth test'],
    'swarm auth set bedrock --region eu-west-1 < key.txt',
    'swarm auth set vertex --project my-project --region europe-west1',
    'swarm auth set auth-token --url https://models.example.org < token.txt',
  ],
  async run(call) {
    const verb = call.args.VERB as (typeof VERBS)[number]
    if (verb !== 'set' && call.args.KIND !== undefined) throw new Misuse(`auth ${verb} takes no KIND.`)
    switch (verb) {
      case 'show':
        return show(call)
      case 'set':
        return set(call)
      case 'test':
        return test(call)
      case 'remove':
        return remove(call)
    }
  },
}

const NONE =
  "There is no credential. Set one: swarm auth set api-key, or swarm auth set setup-token with the output of 'claude setup-token'."

async function show(call: Call): Promise<number> {
  const account = await call.host.accounts.show()
  print(call, { account }, () => (account === null ? NONE : printed(account)))
  return account === null ? 1 : 0
}

const printed = ({ kind, masked, source, pays }: Account) =>
  `${kind} ${masked}, from ${oneLine(source)}\n${oneLine(pays)}`

async function set(call: Call): Promise<number> {
  const { host, args, flags } = call
  if (args.KIND === undefined) throw new Misuse(`auth set needs KIND: ${KINDS.join(', ')}.`)
  const kind = CREDENTIAL_KINDS.find((each) => typedKind(each) === args.KIND)!
  const text = (name: string) => (flags[name] === undefined ? null : String(flags[name]))
  const [url, region, project] = [text('url'), text('region'), text('project')]
  fits(kind, { url, region, project })
  const place = await host.accounts.keep({
    ...{ kind, url, region, project },
    secret: kind === 'vertex' ? null : await secretFrom(call),
    place: (text('in') ?? 'file') as NewAccount['place'],
  })
  const account = await host.accounts.show()
  const isOther = account !== null && account.source !== place
  print(call, { kept_in: place, account }, () =>
    [
      `Saved in ${place}. A running server uses the old one until: swarm stop && swarm start`,
      ...(isOther ? [styled(host, 'yellow', `But ${oneLine(account.source)} takes precedence.`)] : []),
      ...(account ? [printed(account), 'Test it: swarm auth test'] : []),
    ].join('\n'),
  )
  return 0
}

/** Throws Misuse for flags without effect: they would look like settings in force. */
function fits(
  kind: CredentialKind,
  { url, region, project }: Record<'url' | 'region' | 'project', string | null>,
): void {
  if (region !== null && kind !== 'bedrock' && kind !== 'vertex')
    throw new Misuse(`--region works with bedrock and vertex only, not with ${typedKind(kind)}.`)
  if (project !== null && kind !== 'vertex')
    throw new Misuse(`--project works with vertex only, not with ${typedKind(kind)}.`)
  if (project === null && kind === 'vertex') throw new Misuse('auth set vertex needs --project ID.')
  if (url === null && kind === 'auth token')
    throw new Misuse('auth set auth-token needs --url URL: the API that the token is for.')
}

async function secretFrom({ host }: Call): Promise<string> {
  const given = host.canAsk ? await host.askSecret('Secret (not shown):') : host.read('-').toString('utf8')
  const secret = given?.trim() ?? ''
  if (secret === '') throw new Refused('The secret is empty. Nothing was changed.')
  return secret
}

async function test(call: Call): Promise<number> {
  const { host } = call
  const tried = await host.accounts.test(host.signal)
  if (tried === null) throw new Refused(NONE)
  const { account, problem } = tried
  print(call, { account, works: problem === null, problem }, () => {
    const verdict =
      problem === null
        ? styled(host, 'green', 'The model accepts it.')
        : styled(host, 'red', oneLine(problem))
    return `${printed(account)}\n${verdict}`
  })
  return problem === null ? 0 : 1
}

async function remove(call: Call): Promise<number> {
  const places = await call.host.accounts.remove()
  print(call, { removed_from: places }, () =>
    places.length === 0 ? 'No credential was stored.' : `Removed from ${places.join(' and ')}.`,
  )
  return 0
}
