/**
 * MCP server of the interview, a program of its own, by which the interviewer reports its end. Runs in the scratch
 * copy; its one argument is the file for the outcome. JSON-RPC, one message per line.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { version } from '../../../package.json'
import { OUTCOME, WRITES } from './outcome.ts'

const REQUEST = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z.looseObject({}).optional(),
})
type Request = z.infer<typeof REQUEST>

const CALL = z.object({ name: z.literal('end_interview'), arguments: z.unknown() })

const TOOL = {
  name: 'end_interview',
  description:
    'Ends the interview, once PROJECT.md and verify.sh are written and the person has agreed. The person then looks ' +
    'through both files and these tickets, and nothing counts before they approve it.',
  inputSchema: z.toJSONSchema(OUTCOME, { io: 'input' }),
}

/** Code of JSON-RPC for an unknown method. */
const NO_SUCH_METHOD = -32_601
const BAD_PARAMETERS = -32_602

type Reply = { result: object } | { error: { code: number; message: string } }

function reply({ method, params }: Request, into: string): Reply {
  switch (method) {
    case 'initialize':
      return {
        result: {
          protocolVersion: z.string().catch('2025-06-18').parse(params?.protocolVersion),
          capabilities: { tools: {} },
          serverInfo: { name: 'swarm', version },
        },
      }
    case 'ping':
      return { result: {} }
    case 'tools/list':
      return { result: { tools: [TOOL] } }
    case 'tools/call': {
      const call = CALL.safeParse(params)
      if (!call.success) return { error: { code: BAD_PARAMETERS, message: 'There is only end_interview.' } }
      return { result: said(endInterview(call.data.arguments, into)) }
    }
    default:
      return { error: { code: NO_SUCH_METHOD, message: `There is no method ${method}.` } }
  }
}

const said = ({ text, isError }: { text: string; isError: boolean }) => ({
  content: [{ type: 'text', text }],
  isError,
})

function endInterview(given: unknown, into: string): { text: string; isError: boolean } {
  const outcome = OUTCOME.safeParse(given)
  if (!outcome.success) return { text: z.prettifyError(outcome.error), isError: true }
  const missing = WRITES.filter((path) => !existsSync(path) || readFileSync(path, 'utf8').trim() === '')
  if (missing.length > 0)
    return { text: `Write ${missing.join(' and ')} first, then end the interview.`, isError: true }
  const circle = outcome.data.tickets.findIndex(({ after }, at) => after.some((place) => place > at))
  if (circle >= 0)
    return { text: `Ticket ${circle + 1} waits for one that is not before it in the list.`, isError: true }
  writeFileSync(`${into}.part`, JSON.stringify(outcome.data), { mode: 0o600 })
  renameSync(`${into}.part`, into)
  return {
    text: 'The interview is over. Say goodbye in one short sentence, and do nothing else.',
    isError: false,
  }
}

const into = process.argv[2]!
createInterface({ input: process.stdin }).on('line', (line) => {
  const request = REQUEST.safeParse(parsed(line))
  if (!request.success || request.data.id === undefined) return
  const { id } = request.data
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...reply(request.data, into) })}\n`)
})

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
