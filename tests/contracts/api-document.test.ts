import { expect, it } from 'vitest'
import { api } from '../../src/api/app.ts'
import { client } from '../../src/api/client.ts'
import { fixture } from './api-server.ts'

interface Operation {
  summary?: string
  security?: unknown[]
  parameters?: { name: string; in: string; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description: string }>
}

interface Document {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object>; securitySchemes: object }
}

async function documented() {
  const { server, token } = await fixture()
  const app = api(server, 'in-process')
  const answer = await app.request('/api/openapi.json', { headers: { authorization: `Bearer ${token}` } })
  const operations = (document: Document) =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
    )
  const document = (await answer.json()) as Document
  return { app, token, document, operations: operations(document) }
}

it('lists every route but the pages of action links, which are for people', async () => {
  const { app, operations } = await documented()
  const served = app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*') && !path.startsWith('/a/'))
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`)
  expect(operations.map(({ name }) => name).sort()).toEqual([...new Set(served)].sort())
})

it('is a document of OpenAPI 3.1 that is complete in itself', async () => {
  const { document, operations } = await documented()
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'swarm' }, security: [{ token: [] }] })
  for (const { name, path, operation } of operations) {
    expect([name, operation.summary]).toEqual([name, expect.stringMatching(/^\w/)])
    const parameters = (operation.parameters ?? []).filter((each) => each.in === 'path')
    expect([name, parameters.map((each) => `{${each.name}}`).join()]).toEqual([
      name,
      (path.match(/\{\w+\}/g) ?? []).join(),
    ])
    for (const response of Object.values(operation.responses)) expect(response.description).not.toBe('')
  }
  const references = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? []
  const known = Object.keys(document.components.schemas).map((schema) => `#/components/schemas/${schema}`)
  expect([...new Set(references)].filter((reference) => !known.includes(reference))).toEqual([])
  expect(known.length).toBeGreaterThan(8)
})

/** Where a schema allows anything: it has no type, or it is an object of which no field is named. */
function vague(schema: unknown, at: string): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { type, properties, items, anyOf, oneOf, allOf, $ref, ...rest } = schema as Record<string, unknown>
  const kinds = [anyOf, oneOf, allOf].find(Array.isArray) ?? []
  const isEmpty = type === undefined && kinds.length === 0 && !$ref && !('enum' in rest) && !('const' in rest)
  const isBare = type === 'object' && properties === undefined && rest.additionalProperties === undefined
  return [
    ...(isEmpty || isBare ? [at] : []),
    ...Object.entries(properties ?? {}).flatMap(([name, each]) => vague(each, `${at}.${name}`)),
    ...(items === undefined ? [] : vague(items, `${at}[]`)),
    ...kinds.flatMap((each, nth) => vague(each, `${at}|${nth}`)),
  ]
}

it('shows whole what is asked and answered', async () => {
  const { document, operations } = await documented()
  const named = Object.entries(document.components.schemas).flatMap(([name, schema]) => vague(schema, name))
  const bodies = operations
    .filter(({ name }) => name !== 'get /api/openapi.json')
    .flatMap(({ name, operation: { requestBody, responses } }) =>
      [requestBody, ...Object.values(responses)].flatMap((body) =>
        Object.values((body as Operation['requestBody'])?.content ?? {}).flatMap(({ schema }) =>
          vague(schema, name),
        ),
      ),
    )
  expect([...named, ...bodies]).toEqual([])
  expect(document.components.schemas.TicketEvent).toMatchObject({
    oneOf: expect.arrayContaining([expect.objectContaining({ properties: expect.anything() })]),
  })
})

it('has a method of the client for every route', async () => {
  const { document, operations, token } = await documented()
  const called: string[] = []
  const methods = client({
    ...{ baseUrl: '', token },
    fetch: (url, init) => {
      const path = url.split('?')[0]!
      const route = Object.keys(document.paths).find((each) =>
        new RegExp(`^${each.replace(/\{\w+\}/g, '1')}$`).test(path),
      )
      called.push(`${(init?.method ?? 'GET').toLowerCase()} ${route}`)
      return new Response('{}', { status: 400 })
    },
  })
  const { events, ...asking } = methods
  const all = Object.values(asking) as ((...args: unknown[]) => Promise<unknown>)[]
  for (const method of all) await expect(method(1, 1, 1)).rejects.toMatchObject({ status: 400 })
  await expect(events({ signal: new AbortController().signal }).next()).rejects.toMatchObject({ status: 400 })
  const needed = operations.map(({ name }) => name).filter((name) => !/openapi|\/login$/.test(name))
  expect(called.sort()).toEqual(needed.sort())
})
