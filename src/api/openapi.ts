/** OpenAPI document, made from the routes themselves. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { createRoute, type Env, z } from './route.ts'

const getDocument = createRoute({
  method: 'get',
  path: '/api/openapi.json',
  summary: 'This document',
  responses: {
    200: {
      description: 'OpenAPI 3.1',
      content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
    },
  },
})

/** Adds the route of the document to an app. */
export function openApi(app: OpenAPIHono<Env>): OpenAPIHono<Env> {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' })
  app.openapi(getDocument, (c) =>
    c.json(
      {
        ...app.getOpenAPI31Document({
          openapi: '3.1.0',
          info: {
            title: 'swarm',
            version: '1',
            description: 'Tickets, agents, the merge queue and the log.',
          },
          security: [{ token: [] }],
        }),
      },
      200,
    ),
  )
  return app
}
