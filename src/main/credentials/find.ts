/**
 * Credential for the model, and who pays: from the environment, then the file, then the keychain. Never the login of
 * another program: such logins are renewed, and of two that share one each locks the other out.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Credential } from '../../gateway/model/upstream.ts'
import { Trouble } from '../../ports/trouble.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Environment } from '../machine/environment.ts'
import { fileKeeper, type Kept, keychainKeeper } from './kept.ts'

/** Credential with its source. */
export interface Found {
  credential: Credential
  /** Source of the credential, for people. */
  source: string
}

/** Finds the credential; null when there is none. Throws Refused for an unusable one. */
export async function findCredential(environment: Environment): Promise<Found | null> {
  const given = inEnvironment(environment)
  if (given !== null) return given
  for (const keeper of [fileKeeper(environment), await keychainKeeper(environment)]) {
    const kept = keeper?.read() ?? null
    if (keeper && kept) return { credential: asCredential(kept, environment), source: keeper.place }
  }
  return null
}

/** Reads the environment, in the order in which Claude Code itself does. */
function inEnvironment(environment: Environment): Found | null {
  const baseUrl = urlOf(environment, 'ANTHROPIC_BASE_URL')
  if (isOn(environment.CLAUDE_CODE_USE_BEDROCK)) return bedrock(environment)
  if (isOn(environment.CLAUDE_CODE_USE_VERTEX)) return vertex(environment)
  const names = [
    ['ANTHROPIC_AUTH_TOKEN', 'auth token'],
    ['ANTHROPIC_API_KEY', 'api key'],
    ['CLAUDE_CODE_OAUTH_TOKEN', 'setup token'],
  ] as const
  for (const [name, kind] of names) {
    const secret = environment[name]
    if (secret) return { credential: { kind, secret: secret.trim(), baseUrl }, source: name }
  }
  return null
}

const isOn = (value: string | undefined) => value !== undefined && /^(1|true|yes|on)$/i.test(value)

function urlOf(environment: Environment, name: string): string | null {
  const text = environment[name]
  if (!text) return null
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new Refused(`${name} must be the URL of a model's API, not '${text}'.`)
}

function bedrock(environment: Environment): Found {
  const { AWS_BEARER_TOKEN_BEDROCK: secret, AWS_REGION, AWS_DEFAULT_REGION } = environment
  const region = AWS_REGION || AWS_DEFAULT_REGION || 'us-east-1'
  if (!secret)
    throw new Refused(
      'With Bedrock the gateway needs a Bedrock API key in AWS_BEARER_TOKEN_BEDROCK; it signs nothing with AWS access keys.',
    )
  const baseUrl = urlOf(environment, 'ANTHROPIC_BEDROCK_BASE_URL')
  return { credential: { kind: 'bedrock', secret, region, baseUrl }, source: 'AWS_BEARER_TOKEN_BEDROCK' }
}

function vertex(environment: Environment): Found {
  const { ANTHROPIC_VERTEX_PROJECT_ID: project, CLOUD_ML_REGION: region = null } = environment
  if (!project) throw new Refused('With Vertex the gateway needs ANTHROPIC_VERTEX_PROJECT_ID.')
  const baseUrl = urlOf(environment, 'ANTHROPIC_VERTEX_BASE_URL')
  return { credential: ofGoogle({ project, region, baseUrl }, environment), source: 'CLAUDE_CODE_USE_VERTEX' }
}

function ofGoogle(
  { project, region, baseUrl }: { project: string; region: string | null; baseUrl: string | null },
  environment: Environment,
): Credential {
  const seen = Object.entries(environment).filter(([name]) =>
    /^(PATH|HOME|GOOGLE_.*|CLOUDSDK_.*)$/.test(name),
  )
  const token = lasting(() => gcloudToken(Object.fromEntries(seen)))
  return { kind: 'vertex', token, region: region ?? 'global', project, baseUrl }
}

/**
 * Milliseconds to reuse a token of Google, which lasts an hour. One is fetched at a time, however many requests wait.
 */
const LASTS_MS = 10 * 60_000

function lasting(fetch: () => Promise<string>): () => Promise<string> {
  let current: { token: Promise<string>; until: number } | null = null
  return () => {
    if (current === null || current.until < Date.now()) {
      const token = fetch()
      current = { token, until: Date.now() + LASTS_MS }
      token.catch(() => {
        current = null
      })
    }
    return current.token
  }
}

async function gcloudToken(env: Record<string, string | undefined>): Promise<string> {
  try {
    const args = ['auth', 'application-default', 'print-access-token']
    const { stdout } = await promisify(execFile)('gcloud', args, { env, timeout: 30_000 })
    return stdout.trim()
  } catch (cause) {
    const sentence =
      "Google gives no access token: run 'gcloud auth application-default login' once, and have gcloud on PATH."
    throw new Trouble('config', sentence, { cause })
  }
}

function asCredential(kept: Kept, environment: Environment): Credential {
  const { baseUrl } = kept
  switch (kept.kind) {
    case 'vertex':
      return ofGoogle(kept, environment)
    case 'bedrock':
      return { kind: kept.kind, secret: kept.secret, region: kept.region ?? 'us-east-1', baseUrl }
    default:
      return { kind: kept.kind, secret: kept.secret, baseUrl }
  }
}

/** Names the account that pays, in a sentence. */
export function payer(credential: Credential): string {
  switch (credential.kind) {
    case 'api key':
      return credential.baseUrl
        ? `Paid by the token, by whoever this key of ${new URL(credential.baseUrl).host} belongs to.`
        : 'Paid by the token, by the organisation of this API key.'
    case 'setup token':
      return "Counts against the limits of the Claude subscription that 'claude setup-token' was run with."
    case 'auth token':
      return `Paid by whoever runs ${credential.baseUrl ? new URL(credential.baseUrl).host : 'the gateway it belongs to'}.`
    case 'bedrock':
      return `Paid by the AWS account of this key, in ${credential.region}.`
    case 'vertex':
      return `Paid by the Google Cloud project ${credential.project}.`
  }
}

/** Masks a credential: enough to tell two apart, and no more. */
export function masked(credential: Credential): string {
  if (credential.kind === 'vertex') return 'by a token from gcloud'
  const { secret } = credential
  return `${/^sk-ant-\w{3,5}-/.exec(secret)?.[0] ?? ''}…${secret.length < 16 ? '' : secret.slice(-4)}`
}
