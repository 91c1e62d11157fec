/**
 * Links that decide something without a login: whoever has one may do one thing, to one ticket as it was then, once.
 * The signature covers all of it, so nothing in a link can be changed for something else.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { ACTIONS, type Action } from '../../ticket/notice.ts'
import type { TicketId } from '../../ticket/ticket.ts'

export interface ActionLink {
  /** Nobody can guess it; it is what is spent. */
  id: string
  action: Action
  ticket: TicketId
  /** How many attempts the ticket had: approval of one attempt's work is no approval of the next one's. */
  attempts: number
  expiresAt: number
}

/** How long a link works: over a long weekend. */
const LIFE_MS = 4 * 86_400_000

export const newLink = (about: Omit<ActionLink, 'id' | 'expiresAt'>, now: number): ActionLink => ({
  ...about,
  id: randomBytes(16).toString('base64url'),
  expiresAt: now + LIFE_MS,
})

/** The last part of the link's address. */
export function tokenOf(link: ActionLink, key: string): string {
  const told = payload(link)
  return `${told}.${signature(told, key)}`
}

const payload = ({ action, ticket, attempts, expiresAt, id }: ActionLink) =>
  [action, ticket, attempts, expiresAt, id].join('.')

/** Of its own kind, so that nothing else that is signed with the key can ever pass for a link. */
const signature = (told: string, key: string) =>
  createHmac('sha256', key).update(`swarm action link 1\n${told}`).digest('base64url')

const PARTS = /^([a-z]+)\.(\d{1,15})\.(\d{1,15})\.(\d{1,16})\.([\w-]{22})\.([\w-]{43})$/

/** The link; null when it is none of ours, or somebody has changed it. Says nothing about whether it has expired. */
export function linkIn(token: string, key: string): ActionLink | null {
  const [, action, ticket, attempts, expiresAt, id = '', signed = ''] = PARTS.exec(token) ?? []
  if (!ACTIONS.includes(action as Action)) return null
  const link = {
    action: action as Action,
    ticket: Number(ticket),
    attempts: Number(attempts),
    expiresAt: Number(expiresAt),
    id,
  }
  const expected = Buffer.from(signature(payload(link), key))
  const given = Buffer.from(signed)
  return expected.length === given.length && timingSafeEqual(expected, given) ? link : null
}
