/** Names of hosts, as a client asks for them: read once, strictly, and from then on compared exactly. */

import { isHostName } from '../../settings/names.ts'

export interface Target {
  host: string
  port: number
}

/** `host:port` of a CONNECT; or why not, in a sentence. */
export function targetOf(authority: string, ports: number[]): Target | { refused: string } {
  const colon = authority.lastIndexOf(':')
  const host = colon === -1 ? authority : authority.slice(0, colon)
  const port = colon === -1 ? '' : authority.slice(colon + 1)
  if (!isHostName(host))
    return {
      refused: `${shown(host)} is no plain host name: addresses and special spellings are not reached from a sandbox.`,
    }
  if (!/^\d{1,5}$/.test(port) || !ports.includes(Number(port)))
    return {
      refused: `Port ${shown(port) || 'none'} of ${host.toLowerCase()} is not reached from a sandbox: only ${ports.join(' and ')}.`,
    }
  return { host: host.toLowerCase(), port: Number(port) }
}

/** For a header and a sentence: what is not plain ASCII is escaped. */
export const shown = (text: string): string =>
  text.slice(0, 100).replaceAll(/[^\x21-\x7e]/g, (each) => `\\u{${each.codePointAt(0)!.toString(16)}}`)
