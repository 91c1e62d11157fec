/**
 * Git for reading: `main`, and the saved work of the session's own ticket. Nothing can be pushed: the swarm takes work
 * out of the sandbox itself, and only the merge queue moves a ref (docs/adr/005).
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { within } from '../ports/patience.ts'
import type { Repo } from '../ports/repo.ts'
import { most, refuse } from './answers.ts'

/** Parts of the git reader of one session. */
export interface GitParts {
  repo: Pick<Repo, 'serve' | 'branch'>
  /** Ticket whose saved work may be read beside `main`; null for a gate. */
  ticket: number | null
  refused: (asked: string, sentence: string) => void
}

const AT_ONCE = 4
const TIME_MS = 5 * 60_000
const LARGEST_REQUEST = 16 * 1024 * 1024

/** Answers one request of git. `path` is the part after our own prefix, with the query. */
export type GitReader = (asked: IncomingMessage, answer: ServerResponse, path: string) => Promise<void>

/** Makes the git reader of one session. It refuses everything but reads. */
export function gitReader({ repo, ticket, refused }: GitParts): GitReader {
  const refs = [`refs/heads/${repo.branch}`, ...(ticket === null ? [] : [`refs/swarm/work/${ticket}/`])]
  let underWay = 0
  return async (asked, answer, path) => {
    const no = wrong(asked.method ?? '', path)
    if (no !== null) {
      refused(`git ${asked.method} ${path.slice(0, 100)}`, no)
      return refuse(asked, answer, { status: 403, sentence: no })
    }
    if (underWay >= AT_ONCE)
      return refuse(asked, answer, {
        status: 429,
        sentence: `At most ${AT_ONCE} gits of one sandbox may read at once.`,
      })
    underWay += 1
    try {
      await pass({ repo, refs, asked, answer })
    } finally {
      underWay -= 1
    }
  }
}

const READS = ['GET /info/refs?service=git-upload-pack', 'POST /git-upload-pack']

function wrong(method: string, path: string): string | null {
  if (READS.includes(`${method} ${path}`)) return null
  return path.includes('receive-pack')
    ? 'Sandboxes cannot push. Leave your work in the checkout: the swarm collects it there.'
    : 'This repository is read-only, by the smart HTTP protocol.'
}

interface Passing {
  repo: GitParts['repo']
  refs: string[]
  asked: IncomingMessage
  answer: ServerResponse
}

async function pass({ repo, refs, asked, answer }: Passing): Promise<void> {
  const gone = new AbortController()
  const signal = within(TIME_MS, gone.signal)
  answer.once('close', () => gone.abort())
  const isPost = asked.method === 'POST'
  const kind = isPost ? 'result' : 'advertisement'
  answer.writeHead(200, {
    'content-type': `application/x-git-upload-pack-${kind}`,
    'cache-control': 'no-cache',
  })
  if (!isPost) answer.write('001e# service=git-upload-pack\n0000')
  const input = isPost ? unpacked(asked) : null
  await pipeline(Readable.from(repo.serve({ refs, input, signal })), answer).catch(() => answer.destroy())
}

/** Unpacks a request, as git compresses longer ones; the unpacked size is limited as well. */
function unpacked(asked: IncomingMessage): AsyncIterable<Uint8Array> {
  const limit = most(LARGEST_REQUEST)
  const steps = asked.headers['content-encoding'] === 'gzip' ? [asked, createGunzip(), limit] : [asked, limit]
  pipeline(steps).catch((error: Error) => limit.destroy(error))
  return limit
}
