/** Whoever reaches the API is the person: agents have an API of their own. */
import type { Actor } from '../ticket/commands.ts'
import { HUMAN } from '../ticket/ticket.ts'

export const PERSON: Actor = { kind: 'person', name: HUMAN }
