import { pathOf } from '../../ports/path-bytes.ts'

/** What git printed with `-z`: fields that end in NUL, names of files among them, each as text that loses no byte. */
export function fieldsOf(printed: Buffer): string[] {
  const text = printed.toString()
  if (!text.includes('\ufffd')) return text.split('\0')
  return printed
    .toString('latin1')
    .split('\0')
    .map((field) => pathOf(Buffer.from(field, 'latin1')))
}

/** The same where each field is a name. */
export const pathsOf = (printed: Buffer): string[] => fieldsOf(printed).filter((path) => path !== '')

/**
 * The same, piece by piece as git prints it: a list of a million names in one turn would hold everybody up. Gives what
 * hears the pieces; `see` is given the fields that a piece has brought to their end, and what it gives is passed on.
 */
export function fieldsIn(see: (fields: string[]) => unknown): (piece: Buffer) => unknown {
  let rest: Buffer[] = []
  return (piece) => {
    const end = piece.lastIndexOf(0)
    if (end < 0) return void rest.push(piece)
    const whole = Buffer.concat([...rest, piece.subarray(0, end)])
    rest = [piece.subarray(end + 1)]
    return see(fieldsOf(whole))
  }
}
