/** Receipts of gate runs. */
import { receiptJson } from '../json.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { Id, Limit, ReceiptSchema } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

export const listReceipts = createRoute({
  method: 'get',
  path: '/api/receipts',
  summary: 'What the gate said, newest first',
  request: {
    query: z.strictObject({
      tree: z
        .string()
        .regex(/^[0-9a-f]{40,64}$/, 'expected the full id of a tree')
        .optional(),
      ticket: Id.optional(),
      limit: Limit.default(50),
    }),
  },
  responses: answers(z.object({ receipts: z.array(ReceiptSchema) }), 'Receipts'),
})

/** Makes the route of receipts. */
export function receipts({ records }: ApiServer) {
  const app = resource()

  app.openapi(listReceipts, async (c) =>
    c.json({ receipts: (await records.store.receipts(c.req.valid('query'))).map(receiptJson) }, 200),
  )

  return app
}
