/** A push service and the browsers that it serves, on this machine: it believes no sender, and a browser reads what came. */
import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Reach } from '../../src/notifiers/push/public-post.ts'
import type { PushKeys } from '../../src/notifiers/push/seal.ts'

const NAME = 'push.example.org'
/** Made for this alone; it signs itself. */
const PEM = readFileSync(fileURLToPath(new URL('../samples/push-peer.pem', import.meta.url)), 'utf8')

export interface Arrived {
  headers: IncomingHttpHeaders
  /** As the browser has decrypted it. */
  text: string
  /** What the sender says of itself, which was verified. */
  claims: { aud: string; exp: number; sub: string }
  /** The sender's key. */
  sender: string
}

export interface Browser {
  endpoint: string
  keys: PushKeys
}

/** `answers`: what it answers in turn instead of taking the message. */
export async function pushService(answers: number[] = []) {
  const browsers = new Map<string, { pair: ECDH; auth: Buffer }>()
  const arrived: Arrived[] = []
  const problems: string[] = []
  const server = createServer({ key: PEM, cert: PEM }, (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const browser = browsers.get(request.url ?? '')
      if (!browser) return void response.writeHead(410).end('gone')
      try {
        const text = opened(Buffer.concat(parts), browser)
        arrived.push({ headers: request.headers, text, ...senderOf(request.headers.authorization ?? '') })
      } catch (error) {
        problems.push(String(error))
        return void response.writeHead(400).end(String(error))
      }
      return void response.writeHead(answers.shift() ?? 201).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const end = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  onTestFinished(end)
  const origin = `https://${NAME}:${(server.address() as AddressInfo).port}`
  const subscribe = (): Browser => {
    const pair = createECDH('prime256v1')
    pair.generateKeys()
    const auth = randomBytes(16)
    const path = `/send/${randomBytes(8).toString('hex')}`
    browsers.set(path, { pair, auth })
    return {
      endpoint: origin + path,
      keys: { p256dh: pair.getPublicKey('base64url'), auth: auth.toString('base64url') },
    }
  }
  const unsubscribe = ({ endpoint }: Browser) => void browsers.delete(new URL(endpoint).pathname)
  const reach: Reach = { resolve: async () => ['127.0.0.1'], allows: () => true, ca: PEM }
  return { origin, subscribe, unsubscribe, reach, arrived, problems, end }
}

/** RFC 8291 and RFC 8188, from the browser's side. */
function opened(body: Buffer, { pair, auth }: { pair: ECDH; auth: Buffer }): string {
  if (body.length > 4096) throw new Error(`${body.length} bytes are too many`)
  const [salt, length] = [body.subarray(0, 16), body[20]!]
  const theirs = body.subarray(21, 21 + length)
  const sealed = body.subarray(21 + length)
  const hkdf = (key: Buffer, from: Buffer, info: Buffer, size: number) =>
    Buffer.from(hkdfSync('sha256', key, from, info, size))
  const about = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), theirs])
  const secret = hkdf(pair.computeSecret(theirs), auth, about, 32)
  const key = hkdf(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
  const nonce = hkdf(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12)
  const decipher = createDecipheriv('aes-128-gcm', key, nonce)
  decipher.setAuthTag(sealed.subarray(-16))
  const record = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  if (record.at(-1) !== 2) throw new Error('the last record does not end with a 2')
  return record.subarray(0, -1).toString()
}

/** RFC 8292: who sends has signed for this service. */
function senderOf(authorization: string): Pick<Arrived, 'claims' | 'sender'> {
  const [, token, sender] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? []
  if (!token || !sender) throw new Error(`no sender: ${authorization}`)
  const [header = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(sender, 'base64url')
  const jwk = {
    ...{ kty: 'EC', crv: 'P-256' },
    ...{ x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') },
  }
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const signed = Buffer.from(`${header}.${claims}`)
  const bytes = Buffer.from(signature, 'base64url')
  if (!verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, bytes)) throw new Error('a forged sender')
  return { claims: JSON.parse(Buffer.from(claims, 'base64url').toString()), sender }
}
