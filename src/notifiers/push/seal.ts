/**
 * Messages that a push service carries and cannot read: encrypted for one browser (RFC 8291, with the coding aes128gcm
 * of RFC 8188), with the sender's signature (VAPID, RFC 8292).
 */
import {
  createCipheriv,
  createECDH,
  createPrivateKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  sign,
} from 'node:crypto'

/** Keys of one browser, base64url: its public point, and the secret that goes with it. */
export interface PushKeys {
  p256dh: string
  auth: string
}

/** Randomness that makes each message different; only tests give their own. */
export interface Chance {
  salt: Buffer
  own: ECDH
}

const CURVE = 'prime256v1'
const RECORD_SIZE = 4096
/** Maximum bytes of a text: a service accepts 4,096 bytes with a header, the text, a delimiter and a tag. */
export const LONGEST = RECORD_SIZE - 86 - 1 - 16

/** Encrypts a text for one browser. */
export function sealed(text: Buffer, { p256dh, auth }: PushKeys, { salt, own }: Chance = chance()): Buffer {
  const theirs = Buffer.from(p256dh, 'base64url')
  const mine = own.getPublicKey()
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, mine])
  const secret = hkdf(own.computeSecret(theirs), Buffer.from(auth, 'base64url'), info, 32)
  const key = hkdf(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
  const nonce = hkdf(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12)
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  const size = Buffer.alloc(4)
  size.writeUInt32BE(RECORD_SIZE)
  // One record, which is the last: its text ends with a 2.
  const record = [cipher.update(text), cipher.update(Buffer.from([2])), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat([salt, size, Buffer.from([mine.length]), mine, ...record])
}

function chance(): Chance {
  const own = createECDH(CURVE)
  own.generateKeys()
  return { salt: randomBytes(16), own }
}

const hkdf = (secret: Buffer, salt: Buffer, info: Buffer, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, length))

/** Public key of a private key, base64url. A subscribed browser accepts only messages of this key. */
export function publicKeyOf(privateKey: string): string {
  return pairOf(privateKey).getPublicKey('base64url')
}

function pairOf(privateKey: string): ECDH {
  const pair = createECDH(CURVE)
  pair.setPrivateKey(privateKey, 'base64url')
  return pair
}

const LIFE_S = 12 * 3600

/** Makes the header that names the sender: a token for this service alone, signed with the key. */
export function vouched(
  endpoint: string,
  privateKey: string,
  { contact, now }: { contact: string; now: number },
): string {
  const pair = pairOf(privateKey)
  const point = pair.getPublicKey()
  const jwk = {
    ...{ kty: 'EC', crv: 'P-256', d: privateKey },
    ...{ x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') },
  }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { aud: new URL(endpoint).origin, exp: Math.floor(now / 1000) + LIFE_S, sub: contact }
  const text = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `vapid t=${text}.${signature.toString('base64url')}, k=${point.toString('base64url')}`
}
