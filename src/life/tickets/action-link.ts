/**
 * Action links, which decide something without a login: the bearer may do one thing, to one ticket in its present
 * state, once. The signature covers everything, so no part of a link can be exchanged.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { ACTIONS, type Action } from '../../ticket/notice.ts'
import type { TicketId } from '../../ticket/ticket.ts'

/** Content of a link. */
export interface ActionLink {
  /** Id that nobody can guess; it is what is spent. */
  id: string
  action: Action
  ticket: TicketId
  /** Number of attempts of the ticket then: an approval does not carry over to the next attempt. */
  attempts: number
  expiresAt: number
}

/** Lifetime of a link in milliseconds: a long weekend. */
const LIFE_MS = 4 * 86_400_000

/** Makes a new link. */
export const newLink = (about: Omit<ActionLink, 'id' | 'expiresAt'>, now: number): ActionLink => ({
  ...about,
  id: randomBytes(16).toString('base64url'),
  expiresAt: now + LIFE_MS,
})

/** Last part of the link's address, with its signature. */
export function tokenOf(link: ActionLink, key: string): string {
  const told = payload(link)
  return `${told}.${signature(told, key)}`
}

const payload = ({ action, ticket, attempts, expiresAt, id }: ActionLink) =>
  [action, ticket, attempts, expiresAt, id].join('.')

/** Signature with a prefix of its own, so that nothing else signed with the key can pass for a link. */
const signature = (told: string, key: string) =>
  createHmac('sha256', key).update(`swarm action link 1\n${told}`).digest('base64url')

const PARTS = /^([a-z]+)\.(\d{1,15})\.(\d{1,15})\.(\d{1,16})\.([\w-]{22})\.([\w-]{43})$/

/** Parses a link; null when it is not ours, or was changed. Does not check whether it has expired. */
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
