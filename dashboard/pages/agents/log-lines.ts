/** Lines of logs as people read them: those of the server and of agents are JSON, one object a line. */

/** Whatever is no line of ours stays as it is. */
export const readable = (text: string): string =>
  text
    .split('\n')
    .flatMap((line) => lineOf(line) ?? [])
    .join('\n')

type Fields = Record<string, unknown>

/** What an agent's line says; null where there is nothing to read in it. */
const WORDS: Record<string, (fields: Fields) => string | null> = {
  prompt: ({ text }) => `▶ ${firstOf(text)}`,
  text: ({ text }) => String(text),
  tool_start: ({ name, input }) => `▸ ${name} ${brief(input)}`,
  tool_end: ({ output, failed }) => (failed ? `✗ ${output}` : String(output)),
  stderr: ({ text }) => `stderr: ${text}`,
  retry: ({ error }) => `✗ asked again: ${error}`,
  limit: () => '✗ the account is used up for now',
  end: ({ ok, detail }) => (ok ? '■ ends' : `■ ends: ${detail}`),
  session: () => null,
  usage: () => null,
  other: () => null,
}

function lineOf(line: string): string | null {
  const fields = parsed(line)
  const say = typeof fields.type === 'string' ? WORDS[fields.type] : undefined
  const words = say ? say(fields) : typeof fields.msg === 'string' ? fields.msg : line
  const at = Number(fields.at ?? fields.time)
  return words === null || Number.isNaN(at) ? words : `${new Date(at).toLocaleTimeString()}  ${words}`
}

function parsed(line: string): Fields {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Fields) : {}
  } catch {
    return {}
  }
}

const firstOf = (text: unknown): string => String(text).trim().split('\n')[0]!.slice(0, 200)

/** Without the names of parameters where one says it all. */
function brief(input: unknown): string {
  if (typeof input !== 'object' || input === null) return String(input ?? '')
  const values = Object.values(input)
  return (values.length === 1 ? String(values[0]) : JSON.stringify(input)).slice(0, 300)
}
