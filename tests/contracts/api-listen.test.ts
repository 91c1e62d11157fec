import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { listen } from '../../src/api/listen.ts'
import { Trouble } from '../../src/ports/trouble.ts'
import { raw } from './api-server.ts'
import { askingTwice, beside, standStill } from './still.ts'

const app = (answer: () => Response | Promise<Response>) => ({ fetch: answer })
const hello = app(() => new Response('hello'))

it('listens on loopback only, on any free port when none is named', async () => {
  const { url, port, close } = await listen(hello, { port: 0 })
  onTestFinished(close)
  expect(url).toBe(`http://127.0.0.1:${port}`)
  expect((await raw(url, {})).body).toBe('hello')
})

it('says that its port is taken', async () => {
  const { port, close } = await listen(hello, { port: 0 })
  onTestFinished(close)
  const trouble = await listen(hello, { port }).catch((error: unknown) => error)
  expect(trouble).toBeInstanceOf(Trouble)
  expect(trouble).toMatchObject({
    ...{ code: 'network', retryable: false },
    message: `Port ${port} is used by another program; choose another one with --port.`,
  })
})

it('says why it cannot listen at all', async () => {
  await expect(listen(hello, { port: 0, host: '192.0.2.1' })).rejects.toThrow(
    /^Cannot listen on 192\.0\.2\.1:0: /,
  )
})

it('lets an answer under way go out before it closes, and frees the port', async () => {
  let answer = (_: Response) => {}
  let asked = () => {}
  const begun = new Promise<void>((resolve) => (asked = resolve))
  const slow = app(() => {
    asked()
    return new Promise<Response>((resolve) => (answer = resolve))
  })
  const { url, port, close } = await listen(slow, { port: 0 })
  const reply = raw(url, {})
  await begun
  const closed = close()
  answer(new Response('in the end'))
  expect((await reply).body).toBe('in the end')
  await closed
  const again = await listen(hello, { port })
  await again.close()
})

it('does not wait for connections that ask nothing', async () => {
  const { port, close } = await listen(hello, { port: 0 })
  const idle = connect(port, '127.0.0.1')
  idle.on('error', () => undefined)
  await new Promise<void>((resolve) => idle.once('connect', resolve))
  await close()
})

it('answers on a connection that was long idle, though it learns late of the question', async () => {
  const { url, close } = await listen(hello, { port: 0 })
  onTestFinished(close)
  const client = beside(askingTwice(url, { pauseMs: 3800 }))
  expect(await client.line()).toBe('200')
  standStill(7000)
  expect(await client.line()).toBe('200')
})
