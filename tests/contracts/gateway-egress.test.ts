import type { IncomingMessage } from 'node:http'
import { type AddressInfo, connect, createServer, Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { expect, it, onTestFinished, vi } from 'vitest'
import { isPublic } from '../../src/gateway/egress/addresses.ts'
import { egress } from '../../src/gateway/egress/egress.ts'
import { networkOf, type Opened, openedWith, send, spoken, upstreamServer } from './gateway.ts'

const PUBLIC = '93.184.216.34'
const NAMES = {
  'good.example': [PUBLIC],
  'inside.example': ['10.1.2.3'],
  'loop.example': ['127.0.0.1'],
  'meta.example': ['169.254.169.254'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'own.example': ['9.9.9.9'],
  'mixed.example': [PUBLIC, '192.168.0.1'],
}
const ALLOWED = [...Object.keys(NAMES), 'nowhere.example', 'pypi.org']

async function way() {
  const asked: string[] = []
  const there = await upstreamServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host}`)
    response.writeHead(302, { location: 'http://127.0.0.1/secret' }).end('hello')
  })
  const network = networkOf(NAMES, there.port)
  const on = await openedWith({ network, allowedHosts: async () => ALLOWED })
  return { on, asked, network }
}

const proxyToken = ({ token }: Opened) => `Basic ${Buffer.from(`swarm:${token}`).toString('base64')}`

const connectTo = (on: Opened, authority: string | Buffer, then = '') =>
  spoken(
    on.url,
    Buffer.concat([
      Buffer.from('CONNECT '),
      Buffer.from(authority),
      Buffer.from(` HTTP/1.1\r\nHost: x\r\nProxy-Authorization: ${proxyToken(on)}\r\n\r\n${then}`),
    ]),
  )

const get = (on: Opened, url: string, more: { method?: string; headers?: object; body?: string } = {}) =>
  send(on.url, {
    method: 'GET',
    path: url,
    ...more,
    headers: { 'proxy-authorization': proxyToken(on), ...more.headers },
  })

it('tunnels to a host of the list, at exactly the address that was checked', async () => {
  const { on, asked, network } = await way()
  const answer = await connectTo(
    on,
    'good.example:443',
    'GET /x HTTP/1.1\r\nHost: good.example\r\nConnection: close\r\n\r\n',
  )
  expect(answer).toMatch(/^HTTP\/1\.1 200 Connection established\r\n\r\nHTTP\/1\.1 302/)
  expect(asked).toEqual(['GET /x good.example'])
  expect(network.dialled).toEqual([`${PUBLIC}:443`])
  expect(on.refused()).toBe(0)
})

it.each([
  ['a host that is not in the list', 'evil.example:443'],
  ['a host below one of the list', 'x.good.example:443'],
  ['a host that begins as one of the list', 'good.example.evil.example:443'],
  ['a host that ends as one of the list', 'notgood.example:443'],
  ['a dot at the end', 'good.example.:443'],
  ['a name for a private address', 'inside.example:443'],
  ['a name for loopback', 'loop.example:443'],
  ['a name for the metadata of a cloud', 'meta.example:443'],
  ['a name for an IPv4 address within IPv6', 'mapped.example:443'],
  ["a name for this machine's own public address", 'own.example:443'],
  ['a name with one private address among public ones', 'mixed.example:443'],
  ['a name without an address', 'nowhere.example:443'],
  ['an address', `${PUBLIC}:443`],
  ['loopback', '127.0.0.1:443'],
  ['a short form of loopback', '127.1:443'],
  ['an address as one number', '2130706433:443'],
  ['an address in hex', '0x7f000001:443'],
  ['an address with a hex part', '0x7f.1:443'],
  ['an address in octal', '0177.0.0.1:443'],
  ['an IPv6 address', '[::1]:443'],
  ['a mapped IPv6 address', '[::ffff:127.0.0.1]:443'],
  ['localhost', 'localhost:443'],
  ['another port', 'good.example:22'],
  ['no port', 'good.example'],
  ['a port with a sign', 'good.example:+443'],
  ['two ports', 'good.example:443:80'],
  ['a name before an at sign', 'good.example@evil.example:443'],
  ['the name as a path of another', 'evil.example/good.example:443'],
  ['a backslash', 'evil.example\\good.example:443'],
  ['a percent sign', 'good%2eexample:443'],
  ['a letter that looks the same', Buffer.from('gооd.example:443')],
  ['a dot that looks the same', Buffer.from('good。example:443')],
])('does not tunnel to %s', async (_, authority) => {
  const { on, network } = await way()
  const answer = await connectTo(on, authority)
  expect(answer).toMatch(/^HTTP\/1\.1 (400|403|502) [^\r]+\r\n/)
  expect(network.dialled).toEqual([])
  if (!answer.startsWith('HTTP/1.1 400')) {
    const [sentence] = on.sentences()
    expect(answer).toContain(`HTTP/1.1 ${answer.slice(9, 12)} ${sentence}\r\n`)
    expect(answer).toMatch(/\.\n$/)
  }
})

it.each([
  ['a NUL in the name', 'evil.example\0.good.example:443'],
  ['a line feed in the name', 'evil.example:443\nHost: good.example:443'],
])('is not taken in by %s', async (_, authority) => {
  const { on, network } = await way()
  expect(await connectTo(on, authority)).not.toMatch(/^HTTP\/1\.1 200/)
  expect(network.dialled).toEqual([])
})

it('fetches without TLS what is only read, and follows nothing', async () => {
  const { on, asked, network } = await way()
  const got = await get(on, 'http://GOOD.example/list?x=1', {
    headers: { cookie: 'secret', authorization: 'x' },
  })
  expect(got).toMatchObject({ status: 302, body: 'hello', headers: { location: 'http://127.0.0.1/secret' } })
  expect(asked).toEqual(['GET /list?x=1 good.example'])
  expect(network.dialled).toEqual([`${PUBLIC}:80`])
  expect(await get(on, got.headers.location as string)).toMatchObject({ status: 403 })
})

it.each([
  ['a POST', 'http://good.example/', { method: 'POST', body: 'secret' }],
  ['a PUT', 'http://good.example/', { method: 'PUT', body: 'secret' }],
  ['a GET with a body', 'http://good.example/', { headers: { 'content-length': '6' }, body: 'secret' }],
  ['another port', 'http://good.example:8080/', {}],
  ['a registry without TLS', 'http://pypi.org/simple/', {}],
  ['another protocol', 'ftp://good.example/', {}],
  ['TLS without a tunnel', 'https://good.example/', {}],
  ['an address', `http://${PUBLIC}/`, {}],
  ['loopback', 'http://127.0.0.1:80/', {}],
  ['a name and password', 'http://good.example:80@evil.example/', {}],
  ['a private address', 'http://inside.example/', {}],
])('does not fetch %s', async (_, url, more) => {
  const { on, network } = await way()
  const got = await get(on, url, more)
  expect(got.status).toBe(403)
  expect(got.headers['x-swarm-refused']).toBe(on.sentences()[0])
  expect(got.body).toBe(`${on.sentences()[0]}\n`)
  expect(network.dialled).toEqual([])
  expect(on.refused()).toBe(1)
})

it('is a proxy only for who has the token', async () => {
  const { on, network } = await way()
  expect(await spoken(on.url, 'CONNECT good.example:443 HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 407 /,
  )
  expect((await send(on.url, { path: 'http://good.example/' })).status).toBe(407)
  const bearer = { authorization: `Bearer ${on.token}` }
  expect((await send(on.url, { path: 'http://good.example/', headers: bearer })).status).toBe(407)
  expect(network.dialled).toEqual([])
})

it('speaks no other protocol', async () => {
  const { on } = await way()
  const headers = { authorization: `Bearer ${on.token}`, connection: 'upgrade', upgrade: 'websocket' }
  expect((await send(on.url, { path: '/agent/ticket', headers })).status).toBe(400)
  expect(await spoken(on.url, 'SSH-2.0-x\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
})

it('ends its tunnels when it closes', async () => {
  const { on } = await way()
  const open = connectTo(on, 'good.example:443')
  while ((await new Promise<number>((resolve) => setImmediate(() => resolve(on.refused())))) > 0);
  await on.close()
  expect(await open.catch(() => '')).not.toContain('302')
})

/** For a busy machine. */
const PATIENT = { timeout: 20_000 }

/** A promise that is kept when the test says so. */
function later<T>() {
  let give!: (value: T) => void
  const promise = new Promise<T>((resolve) => {
    give = resolve
  })
  return { promise, give }
}

it.each([
  ['a client that was refused and does not hang up', 'evil.example:443'],
  ['a host that does not answer', 'good.example:443'],
  ['a name that is still looked for', 'own.example:443'],
])('is closed at once, whatever waits: %s', async (_, authority) => {
  const { on, network } = await way()
  const found = later<string[]>()
  const waits = vi.fn()
  network.dial = () => {
    waits()
    return new Socket()
  }
  const { resolve } = network
  network.resolve = (host) => {
    if (host !== 'own.example') return resolve(host)
    waits()
    return found.promise
  }
  const { hostname, port } = new URL(on.url)
  const client = connect({ host: hostname, port: Number(port), allowHalfOpen: true }).on('error', waits)
  onTestFinished(() => void client.destroy())
  client.once('data', waits)
  client.write(`CONNECT ${authority} HTTP/1.1\r\nHost: x\r\nProxy-Authorization: ${proxyToken(on)}\r\n\r\n`)
  await vi.waitFor(() => expect(waits).toHaveBeenCalled(), PATIENT)
  await on.close()
  waits.mockClear()
  found.give([PUBLIC])
  await found.promise
  await new Promise((resolve) => setImmediate(resolve))
  expect(network.dialled).toEqual([])
})

it('keeps to so many connections of one sandbox, also when all of them are asked for at once', async () => {
  const { on, network } = await way()
  // Names are found only when it is said.
  const { resolve } = network
  const found = later<void>()
  network.resolve = (host) => found.promise.then(() => resolve(host))
  const asked = Array.from({ length: 200 }, () => connectTo(on, 'good.example:443').catch(() => 'ended'))
  await vi.waitFor(() => expect(on.refused()).toBe(200 - 128), PATIENT)
  found.give()
  await vi.waitFor(() => expect(network.dialled).toHaveLength(128), PATIENT)
  await on.close()
  const told = (await Promise.all(asked)).filter((answer) => answer.startsWith('HTTP/1.1 429'))
  expect(told).toHaveLength(200 - 128)
  expect(told[0]).toContain('At most 128 connections of one sandbox may be open.')
})

it('is not used up by one sandbox that opens connections and says nothing', async () => {
  const { on } = await way()
  const { hostname, port } = new URL(on.url)
  const sockets = Array.from({ length: 400 }, () => connect(Number(port), hostname).on('error', () => {}))
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()))
  const left = () => sockets.filter((socket) => !socket.closed).length
  await vi.waitFor(() => expect(left()).toBeLessThanOrEqual(256), PATIENT)
  expect(left()).toBeGreaterThan(128)
})

it.each(
  '0.0.0.0 10.0.0.1 100.64.0.1 100.127.255.254 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.168.1.1 198.18.0.1 224.0.0.1 239.1.1.1 255.255.255.255 ::1 :: fe80::1 fc00::1 fd12::1 ff02::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:7f00:1:: 2001::1 2001:db8::1 9.9.9.9 x'.split(
    ' ',
  ),
)('takes %s for an address that is not public', (address) => {
  expect(isPublic(address, ['9.9.9.9'])).toBe(false)
})

it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])(
  'takes %s for a public address',
  (address) => {
    expect(isPublic(address, ['9.9.9.9'])).toBe(true)
  },
)

it('passes on the last words of the other side to who reads slowly', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).end(Buffer.alloc(200_000)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const network = networkOf(NAMES, (server.address() as AddressInfo).port)
  const way = egress({ network, allowed: async () => ALLOWED, refused: () => {} })
  let got = 0
  const reader = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _, done) =>
      void setTimeout(() => {
        if (!reader.destroyed) got += chunk.length
        done()
      }, 50),
  })
  await way.tunnel({ url: 'good.example:443' } as IncomingMessage, reader, Buffer.alloc(0))
  await new Promise((resolve) => reader.once('close', resolve))
  expect(got).toBe('HTTP/1.1 200 Connection established\r\n\r\n'.length + 200_000)
})
