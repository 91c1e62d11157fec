import { pathOf } from '../../ports/path-bytes.ts'

/** Splits what git printed with `-z` into its NUL-ended fields, as text that loses no byte of a file name. */
export function fieldsOf(printed: Buffer): string[] {
  const text = printed.toString()
  if (!text.includes('\ufffd')) return text.split('\0')
  return printed
    .toString('latin1')
    .split('\0')
    .map((field) => pathOf(Buffer.from(field, 'latin1')))
}

/** Splits what git printed with `-z`, where each field is a file name. */
export const pathsOf = (printed: Buffer): string[] => fieldsOf(printed).filter((path) => path !== '')

/**
 * Splits output into fields as git prints it: a list of a million names in one turn would block everybody. Gives the
 * listener of the pieces; `see` gets the fields that a piece completes, and its result is passed on.
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
