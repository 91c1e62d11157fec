/** Settings in force, and where each comes from. */
import { answers, createRoute, resource, z } from '../route.ts'
import type { ApiServer } from '../server.ts'

const Value = z.union([
  z.null(),
  z.boolean(),
  z.number(),
  z.string(),
  z.array(z.string()),
  z.array(z.looseObject({ name: z.string() })).describe('Channels of `notify`'),
])

const SettingSchema = z
  .object({
    name: z.string(),
    help: z.string(),
    expects: z.string().describe('What a value must be'),
    value: Value.describe('What counts now'),
    from: z.string().nullable().describe('A line of the file, a variable or a flag; null for the default'),
    at_start: z.boolean().describe('A running server keeps the value that it began with'),
    next: Value.optional().describe('What counts from the next start on, when that is something else'),
  })
  .openapi('Setting')

export const listSettings = createRoute({
  method: 'get',
  path: '/api/settings',
  summary: 'Every setting with its value, where that comes from, and whether a change needs a new start',
  responses: answers(z.object({ settings: z.array(SettingSchema) }), 'Settings'),
})

/** Makes the route of settings. */
export function settings(server: ApiServer) {
  const app = resource()

  app.openapi(listSettings, async (c) =>
    c.json(
      { settings: server.settings().map(({ atStart, ...rest }) => ({ ...rest, at_start: atStart })) },
      200,
    ),
  )

  return app
}
