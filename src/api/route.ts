/** Building blocks of resources: routes with their schemas, on a small app for each. */
import type { HttpBindings } from '@hono/node-server'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { onInvalid } from './errors.ts'

/** Environment of a request; in-process there is no raw request. */
export interface Env {
  Bindings: Partial<HttpBindings> | undefined
}

/** Makes the app of a resource. */
export const resource = () => new OpenAPIHono<Env>({ defaultHook: onInvalid })

const Failure = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .openapi('Error', { description: 'One sentence that says what to do.' })

const failure = {
  description: 'Refused, or out of order',
  content: { 'application/json': { schema: Failure } },
}

/** Declares the successful answer of a route; everything else is an Error. */
export const answers = <S extends z.ZodType>(schema: S, description: string) => ({
  200: { description, content: { 'application/json': { schema } } },
  default: failure,
})

/** Declares the answer of a route that creates. */
export const creates = <S extends z.ZodType>(schema: S, description: string) => ({
  201: { description, content: { 'application/json': { schema } } },
  default: failure,
})

/** Declares an optional body. */
export const accepts = <S extends z.ZodType>(schema: S) => ({ content: { 'application/json': { schema } } })

/** Declares a required body. */
export const needs = <S extends z.ZodType>(schema: S) => ({ ...accepts(schema), required: true as const })

export { createRoute, z }
