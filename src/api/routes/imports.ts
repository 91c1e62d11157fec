/** Imports of tickets from other trackers, many at once. */
import { importTickets } from '../../life/tickets/import.ts'
import { TYPES } from '../../ticket/ticket.ts'
import { granted } from '../errors.ts'
import { PERSON } from '../person.ts'
import { answers, createRoute, needs, resource, z } from '../route.ts'
import type { ApiServer } from '../server.ts'

const MOST_TICKETS = 10_000
const Key = z.string().min(1).max(500)

export const ForeignSchema = z.strictObject({
  key: Key.describe('What it is known by where it comes from'),
  title: z.string().trim().min(1).max(1000),
  description: z.string().nullable().default(null),
  type: z.enum(TYPES).optional(),
  priority: z.number().int().min(-1000).max(1000).default(0),
  assigned_to: z.string().nullable().default(null),
  parent: Key.nullable().default(null),
  blocked_by: z.array(Key).max(1000).default([]),
  comments: z
    .array(z.strictObject({ author: z.string(), body: z.string() }))
    .max(1000)
    .default([]),
})

const ImportedSchema = z
  .object({
    created: z.array(z.object({ key: z.string(), id: z.number().int().nullable(), title: z.string() })),
    known: z.array(z.object({ key: z.string(), id: z.number().int() })).describe('Brought in before'),
    dropped: z
      .array(z.object({ key: z.string(), by: z.string() }))
      .describe('What a ticket was said to wait for and does not: unknown, or a circle'),
  })
  .openapi('Imported')

export const createImport = createRoute({
  method: 'post',
  path: '/api/imports',
  summary: 'File many tickets at once, all or none; those of earlier imports are known by their keys',
  request: {
    body: needs(
      z.strictObject({
        source: z.string().min(1).max(200).nullable().describe('Whose keys they are; null remembers nothing'),
        dry_run: z.boolean().default(false),
        tickets: z.array(ForeignSchema).max(MOST_TICKETS),
      }),
    ),
  },
  responses: answers(ImportedSchema, 'What was filed, or would be'),
})

/** Makes the route of imports. */
export function imports({ records }: ApiServer) {
  const app = resource()

  app.openapi(createImport, async (c) => {
    const { source, dry_run: dryRun, tickets } = c.req.valid('json')
    const foreign = tickets.map(({ assigned_to: assignedTo, blocked_by: blockedBy, ...each }) => ({
      ...each,
      assignedTo,
      blockedBy,
    }))
    return c.json(granted(await importTickets(records, { source, dryRun, tickets: foreign }, PERSON)), 200)
  })

  return app
}
