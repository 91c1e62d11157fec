/** `npm run dev`: the dashboard from its sources, with the API of a server that runs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { serveDashboard } from '../../scripts/dev/serve.ts'

/** A project whose server tells what it was asked with. */
async function project(): Promise<{ folder: string; server: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-dev-'))
  const server = createServer(({ method, url, headers }, answer) =>
    answer.end(JSON.stringify({ method, url, origin: headers.origin, key: headers.authorization })),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true })
  })
  const { port } = server.address() as AddressInfo
  mkdirSync(join(folder, '.swarm'))
  writeFileSync(join(folder, '.swarm', 'server.json'), JSON.stringify({ port }))
  writeFileSync(join(folder, '.swarm', 'token'), 'secret\n')
  return { folder, server: `http://127.0.0.1:${port}` }
}

it('shows the pages from their sources, and passes requests on with the token', async () => {
  const { folder, server } = await project()
  const dev = await serveDashboard(folder, { port: 0 })
  onTestFinished(dev.close)
  expect(await (await fetch(`${dev.url}/`)).text()).toContain('src="/main.tsx')
  expect(await (await fetch(`${dev.url}/main.tsx`)).text()).toContain('/text/jsx-runtime.ts')
  const asked = async (method: string, headers: Record<string, string>) =>
    (await fetch(`${dev.url}/api/tickets`, { method, headers })).json()
  const own = { method: 'POST', url: '/api/tickets', origin: server, key: 'Bearer secret' }
  expect(await asked('POST', { origin: dev.url })).toEqual(own)
  const foreign = { method: 'POST', url: '/api/tickets', origin: 'https://evil.example' }
  expect(await asked('POST', { origin: 'https://evil.example' })).toEqual(foreign)
  expect(await asked('GET', { 'sec-fetch-site': 'cross-site' })).toEqual({
    method: 'GET',
    url: '/api/tickets',
  })
})

it('refuses where no server runs', async () => {
  await expect(serveDashboard('/nowhere', { port: 0 })).rejects.toThrow(
    'No server runs in /nowhere. Start one there: swarm start.',
  )
})
