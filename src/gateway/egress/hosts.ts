/** Host names as a client asks for them: parsed once, strictly, and then compared exactly. */

import { isHostName } from '../../settings/names.ts'

/** Host and port to connect to. */
export interface Target {
  host: string
  port: number
}

/** Parses `host:port` of a CONNECT; gives a sentence when it is refused. */
export function targetOf(authority: string, ports: number[]): Target | { refused: string } {
  const colon = authority.lastIndexOf(':')
  const host = colon === -1 ? authority : authority.slice(0, colon)
  const port = colon === -1 ? '' : authority.slice(colon + 1)
  if (!isHostName(host))
    return {
      refused: `${shown(host)} is not a plain host name: sandboxes cannot reach addresses and special spellings.`,
    }
  if (!/^\d{1,5}$/.test(port) || !ports.includes(Number(port)))
    return {
      refused: `Port ${shown(port) || 'none'} of ${host.toLowerCase()} is blocked in sandboxes: use ${ports.join(' and ')}.`,
    }
  return { host: host.toLowerCase(), port: Number(port) }
}

/** Escapes everything but plain ASCII, for a header and a sentence. */
export const shown = (text: string): string =>
  text.slice(0, 100).replaceAll(/[^\x21-\x7e]/g, (each) => `\\u{${each.codePointAt(0)!.toString(16)}}`)
