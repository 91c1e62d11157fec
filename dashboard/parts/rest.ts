/** What is said of an attempt that waits in its sandbox for the end of a usage limit. */
import type { Status } from '../../src/api/client.ts'

type Rest = NonNullable<Status['agents'][number]['rest']>

export function restWords({ until }: Rest): string {
  if (until === null) return 'waits for the account'
  const time = new Date(until).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  return `waits for the account until ${time}`
}
