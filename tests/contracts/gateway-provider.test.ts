/** What a model's provider would do for an agent outside of the sandbox does not pass, unless a person lets it. */
import { expect, it } from 'vitest'
import { upstreamOf } from '../../src/gateway/model/upstream.ts'
import { type Opened, openedWith, send } from './gateway.ts'
import { asking, image, PROVIDER_WAYS, recording } from './provider-ways.ts'

const behind = (url: string, providerTools: string[] = []) =>
  openedWith({
    upstream: upstreamOf({ kind: 'api key', secret: 'sk-x', baseUrl: url }),
    providerTools: () => providerTools,
  })

const post = (on: Opened, body: string | object, headers: Record<string, string> = {}) =>
  send(on.url, {
    method: 'POST',
    path: '/model/v1/messages',
    headers: { authorization: `Bearer ${on.token}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

it.each(PROVIDER_WAYS)('refuses what would have the provider use %s', async (_, tool, body) => {
  const { url, seen } = await recording()
  const on = await behind(url)
  const got = await post(on, body)
  expect(got).toMatchObject({ status: 400, body: expect.stringContaining('invalid_request_error') })
  expect(got.body).toContain(`provider_tools = [\\"${tool}\\"]`)
  expect(on.sentences()).toHaveLength(1)
  expect(seen).toEqual([])
  expect(await post(await behind(url, [tool]), body)).toMatchObject({ status: 200 })
  expect(seen).toHaveLength(1)
})

it('refuses a tool of the provider that nobody here has heard of', async () => {
  const { url, seen } = await recording()
  const body = asking({ tools: [{ type: 'teleport_20270101', name: 'x' }] })
  const got = await post(await behind(url, ['web_search']), body)
  expect(got.body).toContain('a tool of its own that the swarm does not know')
  expect(seen).toEqual([])
})

it('passes on what the harness does itself, to the byte', async () => {
  const { url: to, seen } = await recording()
  const tools = [
    { name: 'Bash', input_schema: { type: 'object', properties: { source: { type: 'url' } } } },
    { type: 'custom', name: 'mine', input_schema: {} },
    { type: 'bash_20250124', name: 'bash' },
    { type: 'text_editor_20250728', name: 'edit' },
  ]
  const input = { mcp_servers: [1], container: 'x', source: { type: 'url' } }
  const content = [
    { type: 'text', text: 'Use {"mcp_servers": [1]} and "type":"url"' },
    image({ type: 'base64', media_type: 'image/png', data: 'AAAA' }),
    { type: 'tool_use', id: 'x', name: 'mine', input },
  ]
  const body = JSON.stringify({
    ...asking({ tools, mcp_servers: [] }),
    messages: [{ role: 'user', content }],
  })
  expect(await post(await behind(to), body)).toMatchObject({ status: 200 })
  expect(seen[0]!.body).toBe(body)
})

it.each(['{"model":', '[[', '{"a":1}}', `${'['.repeat(300)}${']'.repeat(300)}`])(
  'refuses a request that it cannot read: %s',
  async (body) => {
    const { url, seen } = await recording()
    expect(await post(await behind(url), body)).toMatchObject({ status: 400 })
    expect(seen).toEqual([])
  },
)

it('refuses a request that is packed', async () => {
  const { url, seen } = await recording()
  expect(await post(await behind(url), '{}', { 'content-encoding': 'gzip' })).toMatchObject({ status: 404 })
  expect(seen).toEqual([])
})

it('takes off betas that do more than change how the model answers, unless a person names them', async () => {
  const { url, seen } = await recording()
  const asked = 'claude-code-20250219, mcp-client-2025-04-04,context-1m-2025-08-07,teleport-2027-01-01'
  await post(await behind(url), asking({}), { 'anthropic-beta': asked })
  await post(await behind(url, ['teleport-2027-01-01']), asking({}), { 'anthropic-beta': asked })
  await post(await behind(url), asking({}), { 'anthropic-beta': 'mcp-client-2025-04-04' })
  expect(seen.map(({ beta }) => beta)).toEqual([
    'claude-code-20250219,context-1m-2025-08-07',
    'claude-code-20250219,context-1m-2025-08-07,teleport-2027-01-01',
    undefined,
  ])
})
