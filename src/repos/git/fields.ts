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
