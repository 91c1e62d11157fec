/** Asks the model's side whether it takes a credential, in a way that costs nothing. */
import { newsOf } from '../../gateway/model/news.ts'
import { type Credential, upstreamOf } from '../../gateway/model/upstream.ts'
import { within } from '../../ports/patience.ts'
import { clock } from '../clock.ts'

const WAIT_MS = 20_000

/** What stands against it, in a sentence; null when it is taken. Throws Trouble when there is no token to ask with. */
export async function probe(credential: Credential, signal: AbortSignal): Promise<string | null> {
  const { base, beta, credential: headers } = upstreamOf(credential)
  const { method, path } = questionFor(credential)
  const url = `${base.origin}${base.pathname.replace(/\/$/, '')}${path}`
  const asked = {
    ...(await headers()),
    'anthropic-version': '2023-06-01',
    'content-type': 'application/json',
    ...(beta === null ? {} : { 'anthropic-beta': beta }),
  }
  try {
    const answer = await fetch(url, {
      method,
      headers: asked,
      // A question without any content: who is asked looks at the credential first.
      ...(method === 'POST' ? { body: '{}' } : {}),
      redirect: 'manual',
      signal: within(WAIT_MS, signal),
    })
    const body = (await answer.text()).slice(0, 64 * 1024)
    const told = {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body,
      now: clock.now(),
    }
    if (answer.status >= 300 && answer.status < 400)
      return `${base.host} wants to redirect; the gateway follows no redirect.`
    return newsOf(told)?.sentence ?? null
  } catch (failure) {
    signal.throwIfAborted()
    const { code } = ((failure as Error).cause ?? {}) as { code?: string }
    return `The model cannot be reached at ${base.host} (${code ?? (failure as Error).name}).`
  }
}

function questionFor(credential: Credential): { method: 'GET' | 'POST'; path: string } {
  switch (credential.kind) {
    case 'bedrock':
      return { method: 'POST', path: '/model/anthropic.claude-haiku-4-5/invoke' }
    case 'vertex': {
      const at = `/projects/${credential.project}/locations/${credential.region}`
      return { method: 'POST', path: `${at}/publishers/anthropic/models/claude-haiku-4-5:rawPredict` }
    }
    default:
      return { method: 'GET', path: '/v1/models' }
  }
}
