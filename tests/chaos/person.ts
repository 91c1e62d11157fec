/** Somebody who files tickets, comments and answers, writes down what was confirmed, and tries again what was not. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError, type Client } from '../../src/api/client.ts'
import type { Server } from './server.ts'

/** What the server said yes to. */
export interface Confirmed {
  tickets: { id: number; title: string }[]
  comments: { ticket: number; text: string }[]
  answers: { ticket: number; text: string }[]
}

export interface Wanted {
  title: string
  script: object[]
  blockedBy: number[]
  priority: number
}

export const nothingYet = (): Confirmed => ({ tickets: [], comments: [], answers: [] })

/** Files the ticket until it is there, once; gives its number. */
export async function fileTicket(server: Server, confirmed: Confirmed, wanted: Wanted): Promise<number> {
  const { title, script, blockedBy: blocked_by, priority } = wanted
  const description = `\`\`\`script\n${JSON.stringify(script)}\n\`\`\`\n`
  for (;;) {
    const made = await asked(server, (api) => api.create({ title, description, blocked_by, priority }))
    if (made) {
      confirmed.tickets.push({ id: made.id, title })
      return made.id
    }
    const there = await asked(server, (api) => named(api, title))
    if (there) return there
  }
}

/** Its number, or 0. */
async function named(api: Client, title: string): Promise<number> {
  for (let after: number | undefined; ; ) {
    const page = await api.tickets({ after, limit: 200 })
    const found = page.tickets.find((each) => each.title === title)
    if (found) return found.id
    if (page.next === null) return 0
    after = page.next
  }
}

/** Once: a comment that was not confirmed may be there or not. */
export async function comment(
  server: Server,
  confirmed: Confirmed,
  { ticket, text }: Confirmed['comments'][number],
): Promise<void> {
  if (await asked(server, (api) => api.comment(ticket, { body: text })))
    confirmed.comments.push({ ticket, text })
}

/** Answers every question and approves whatever work waits for it. */
export async function clearInbox(server: Server, confirmed: Confirmed): Promise<void> {
  const inbox = await asked(server, (api) => api.inbox())
  for (const { id, type, held } of inbox?.tickets ?? []) {
    const text = `The answer to ${id}.`
    if (type === 'question' && (await asked(server, (api) => api.answer(id, { text }))))
      confirmed.answers.push({ ticket: id, text })
    if (held.length > 0) await asked(server, (api) => api.approve(id, {}))
  }
}

/** Null: it was not confirmed, whatever may have come of it. */
export async function asked<T>(server: Server, ask: (api: Client) => Promise<T>): Promise<T | null> {
  try {
    return await ask(await server.api())
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 500) throw new Error(`the server says: ${error.message}`)
    await sleep(100)
    return null
  }
}
