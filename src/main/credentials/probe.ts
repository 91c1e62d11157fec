/** Test of a credential at the model's side, without any cost. */
import { newsOf, type Told, TRY_IT } from '../../gateway/model/news.ts'
import { type Credential, upstreamOf } from '../../gateway/model/upstream.ts'
import { within } from '../../ports/patience.ts'
import { clock } from '../machine/clock.ts'

const WAIT_MS = 20_000

/** Explains why a credential is refused; null when it is accepted. Throws Trouble when no token can be had. */
export async function probe(credential: Credential, signal: AbortSignal): Promise<string | null> {
  const { base, beta, credential: headers } = upstreamOf(credential)
  const { path, lost } = questionFor(credential)
  const url = `${base.origin}${base.pathname.replace(/\/$/, '')}${path}`
  const asked = {
    ...(await headers()),
    'anthropic-version': '2023-06-01',
    'content-type': 'application/json',
    ...(beta === null ? {} : { 'anthropic-beta': beta }),
  }
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: asked,
      // A question without any content: who is asked looks at the credential first, and then wants one.
      body: '{}',
      redirect: 'manual',
      signal: within(WAIT_MS, signal),
    })
    const body = (await answer.text()).slice(0, 64 * 1024)
    const headers = Object.fromEntries(answer.headers)
    return problemOf(
      { status: answer.status, headers, body, now: clock.now() },
      { host: base.host, path, lost },
    )
  } catch (failure) {
    signal.throwIfAborted()
    const { code } = ((failure as Error).cause ?? {}) as { code?: string }
    return `The model cannot be reached at ${base.host} (${code ?? (failure as Error).name}).`
  }
}

interface Question {
  path: string
  /** True when a missing path means that there is no such API; else the model in it may be missing. */
  lost: boolean
}

function questionFor(credential: Credential): Question {
  switch (credential.kind) {
    case 'bedrock':
      return { path: '/model/anthropic.claude-haiku-4-5/invoke', lost: false }
    case 'vertex': {
      const at = `/projects/${credential.project}/locations/${credential.region}`
      return { path: `${at}/publishers/anthropic/models/claude-haiku-4-5:rawPredict`, lost: false }
    }
    default:
      return { path: '/v1/messages', lost: true }
  }
}

function problemOf(told: Told, { host, path, lost }: Question & { host: string }): string | null {
  const { status } = told
  if (status >= 300 && status < 400) return `${host} redirects. The gateway does not follow redirects.`
  if (lost && (status === 404 || status === 405))
    return `${host} knows no ${path} (${status}): this is not the URL of a model's API.`
  // Whoever reads this has just tried it.
  return newsOf(told)?.sentence.replace(TRY_IT, '.') ?? null
}
