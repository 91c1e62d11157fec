/**
 * Target of a credential: one host, a few exact paths, and the headers that carry it. Nothing from a sandbox chooses
 * any of it. The harness gets `env` instead: our own address, and its attempt's token.
 */

import type { PLAIN_KINDS } from '../../ticket/credential-kinds.ts'

/** Credential for the model, with what its kind needs to reach the API. */
export type Credential =
  | { kind: (typeof PLAIN_KINDS)[number]; secret: string; baseUrl: string | null }
  | { kind: 'bedrock'; secret: string; region: string; baseUrl: string | null }
  | { kind: 'vertex'; token: () => Promise<string>; region: string; project: string; baseUrl: string | null }

/** API of the model, and how to authenticate there. */
export interface Upstream {
  /** Protocol, host, port, and the path prefix. */
  base: URL
  paths: { method: string; path: RegExp }[]
  /** Makes the headers with the credential, for each request: some expire. */
  credential(): Promise<Record<string, string>>
  /** Betas that the kind of credential needs, in addition to those of the harness. */
  beta: string | null
  env(url: string, token: string): Record<string, string>
}

const MESSAGES = [
  { method: 'POST', path: /^\/v1\/messages(\/count_tokens)?$/ },
  { method: 'GET', path: /^\/v1\/models(\/[\w.:@-]+)?$/ },
]
const BEDROCK = [
  { method: 'POST', path: /^\/model\/[\w.:%-]+\/(invoke|invoke-with-response-stream|count-tokens)$/ },
]
const vertexPaths = (project: string) => [
  {
    method: 'POST',
    path: new RegExp(
      `^/projects/${literal(project)}/locations/[\\w-]+/publishers/anthropic/models/[\\w.@-]+:(rawPredict|streamRawPredict)$`,
    ),
  },
]
const literal = (text: string) => text.replace(/[^\w-]/g, '\\$&')

const OFFICIAL = 'https://api.anthropic.com'

/** Makes the upstream of a credential. */
export function upstreamOf(credential: Credential): Upstream {
  switch (credential.kind) {
    case 'api key':
      return anthropic(credential.baseUrl, null, { 'x-api-key': credential.secret })
    case 'setup token':
      return anthropic(credential.baseUrl, 'oauth-2025-04-20', bearer(credential.secret))
    case 'auth token':
      return anthropic(credential.baseUrl, null, bearer(credential.secret))
    case 'bedrock': {
      const { region, secret, baseUrl } = credential
      return {
        base: new URL(baseUrl ?? `https://bedrock-runtime.${region}.amazonaws.com`),
        paths: BEDROCK,
        credential: async () => bearer(secret),
        beta: null,
        env: (url, token) => ({
          CLAUDE_CODE_USE_BEDROCK: '1',
          CLAUDE_CODE_SKIP_BEDROCK_AUTH: '1',
          ANTHROPIC_BEDROCK_BASE_URL: url,
          ANTHROPIC_AUTH_TOKEN: token,
          AWS_REGION: region,
        }),
      }
    }
    case 'vertex': {
      const { region, project, token: current, baseUrl } = credential
      const host = region === 'global' ? 'aiplatform' : `${region}-aiplatform`
      return {
        base: new URL(baseUrl ?? `https://${host}.googleapis.com/v1`),
        paths: vertexPaths(project),
        credential: async () => bearer(await current()),
        beta: null,
        env: (url, token) => ({
          CLAUDE_CODE_USE_VERTEX: '1',
          CLAUDE_CODE_SKIP_VERTEX_AUTH: '1',
          ANTHROPIC_VERTEX_BASE_URL: url,
          ANTHROPIC_VERTEX_PROJECT_ID: project,
          CLOUD_ML_REGION: region,
          ANTHROPIC_AUTH_TOKEN: token,
        }),
      }
    }
  }
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

const anthropic = (
  baseUrl: string | null,
  beta: string | null,
  headers: Record<string, string>,
): Upstream => ({
  base: new URL(baseUrl ?? OFFICIAL),
  paths: MESSAGES,
  credential: async () => headers,
  beta,
  env: (url, token) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: token }),
})
