/**
 * Tickets of the board: all open ones and the recently done ones, as the core knows them. A page folds later events.
 */
import type { Reads } from '../../ports/store.ts'
import { type Ticket, UNDONE } from '../../ticket/ticket.ts'
import { atOneMoment } from '../moment.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { KeptTicketSchema } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

const BoardSchema = z
  .object({
    seq: z.number().int().describe('The tickets are as they were after this event of the log'),
    tickets: z
      .array(KeptTicketSchema)
      .describe('By id, without their descriptions; of those that are done only the newest'),
    done: z.number().int().describe('How many are done in all'),
  })
  .openapi('Board')

export const getBoard = createRoute({
  method: 'get',
  path: '/api/board',
  summary: 'The tickets of the board at one point of the log',
  responses: answers(BoardSchema, 'Open tickets, and those that were done lately'),
})

/** Makes the route of the board. */
export function board({ records }: ApiServer) {
  const app = resource()

  app.openapi(getBoard, async (c) => c.json(await atOneMoment(records.store, read), 200))

  return app
}

async function read(store: Reads) {
  const open = await store.tickets({ status: UNDONE })
  const done = await doneLately(store)
  const tickets = [...open, ...done].sort((a, b) => a.id - b.id)
  return {
    tickets: tickets.map((ticket) => ({ ...ticket, description: null })),
    done: await store.count({ status: ['done'] }),
  }
}

/** Number of events to search for done tickets, and the maximum of tickets. */
const EVENTS = 2000
const MOST = 100

async function doneLately(store: Reads): Promise<Ticket[]> {
  const events = await store.recentEvents({ limit: EVENTS })
  const ids = new Set(events.filter(({ event }) => event.type === 'done').map(({ ticket }) => ticket))
  return store.tickets({ ids: [...ids].slice(0, MOST), status: ['done'] })
}
