/**
 * Content of a request to the model, read while it comes in: its model, the length of the answer, and the server tools
 * it asks for. A provider that fetches a page, runs code or calls another server reaches past the walls of the sandbox
 * and past the list of hosts.
 */
import type { ProviderTool } from '../../settings/names.ts'
import { jsonScanner, OPEN, type Value } from './scan-json.ts'

/** Words for each tool in a refusal. */
export const WORDS_OF: Record<ProviderTool | 'another tool', string> = {
  web_search: 'search the web',
  web_fetch: 'fetch web pages',
  code_execution: 'run code',
  mcp: 'call MCP servers',
  urls: 'fetch a URL',
  files: 'read stored files',
  advisor: 'ask another model',
  'another tool': 'use a tool of its own that the swarm does not know',
}

/** Facts about a request. */
export interface Question {
  /** Model that the request names; null where its path does. */
  model: string | null
  /** Maximum tokens of the answer; null when it is not given. */
  maxTokens: number | null
  /** Server tools that it asks for. */
  asks: (keyof typeof WORDS_OF)[]
  /** Betas that its body names, as Bedrock and Vertex want them. */
  betas: string[]
  bytes: number
  isSound: boolean
}

/** Tools that the harness runs itself, in the sandbox. */
const OF_THE_HARNESS = /^(custom$|(bash|text_editor|computer|memory|tool_search_tool)_)/

const OF_THE_PROVIDER: [RegExp, ProviderTool][] = [
  [/^web_search/, 'web_search'],
  [/^web_fetch/, 'web_fetch'],
  [/^code_execution/, 'code_execution'],
  [/^mcp/, 'mcp'],
  [/^advisor/, 'advisor'],
]

/** Paths at which the content of messages may name its source. */
const SOURCE = /^(messages\.\[\]|system)(\.(content|source|\[\]))*\.source\.type$/
const BLOCK = /^messages\.\[\](\.(content|\[\]))*\.type$/
const SOURCES: Record<string, ProviderTool> = { url: 'urls', file: 'files' }

/** Makes a reader that inspects a request as its chunks come in. */
export function questionReader() {
  const asks = new Set<keyof typeof WORDS_OF>()
  const betas: string[] = []
  let model: string | null = null
  let maxTokens: number | null = null
  let bytes = 0
  const scanner = jsonScanner((path, value) => {
    if (path === 'model' && typeof value === 'string') model = value
    if (path === 'max_tokens' && typeof value === 'number') maxTokens = Math.max(maxTokens ?? 0, value)
    if (path === 'anthropic_beta.[]' && typeof value === 'string') betas.push(value)
    const asked = providerToolAt(path, value)
    if (asked !== null) asks.add(asked)
  })
  return {
    push(chunk: Buffer) {
      bytes += chunk.length
      scanner.push(chunk)
    },
    read: (): Question => ({ model, maxTokens, asks: [...asks], betas, bytes, isSound: scanner.isSound() }),
  }
}

function providerToolAt(path: string, value: Value): keyof typeof WORDS_OF | null {
  if (path === 'mcp_servers.[]') return 'mcp'
  if (path === 'container' && value !== null) return 'code_execution'
  if (path === 'tools.[].type') return toolOf(value)
  if (SOURCE.test(path) && typeof value === 'string') return SOURCES[value] ?? null
  return BLOCK.test(path) && value === 'container_upload' ? 'files' : null
}

function toolOf(type: Value): keyof typeof WORDS_OF | null {
  if (type === null || type === OPEN) return null
  const name = typeof type === 'string' ? type : ''
  if (OF_THE_HARNESS.test(name)) return null
  return OF_THE_PROVIDER.find(([names]) => names.test(name))?.[1] ?? 'another tool'
}
