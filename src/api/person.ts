/** Actor of all requests: only the person reaches this API, agents have one of their own. */
import type { Actor } from '../ticket/commands.ts'
import { HUMAN } from '../ticket/ticket.ts'

export const PERSON: Actor = { kind: 'person', name: HUMAN }
