/** Shapes of the core → schemas of the API, so that its document shows them whole. */
import type { Fields, Shape, Values } from '../ticket/shape.ts'
import { type JsonName, type JsonOf, jsonName } from './json.ts'
import { z } from './route.ts'

/** A schema whose fields are named, so that a resource can add its own. */
export type ObjectSchema<F> = z.ZodObject<{ [K in keyof Values<F>]-?: z.ZodType<Values<F>[K]> }>

/** The schema of what a shape describes. */
export const schemaOf = <T>(shape: Shape<T>): z.ZodType<T> => {
  const schema = bare(shape) as z.ZodType<T>
  return shape.about === undefined ? schema : schema.describe(shape.about)
}

/** The schema of an object with these fields. */
export const objectOf = <F extends Fields>(fields: F): ObjectSchema<F> =>
  z.object(partsOf(fields)) as ObjectSchema<F>

function bare({ form }: Shape<unknown>): z.ZodType {
  switch (form.kind) {
    case 'text':
      return z.string()
    case 'integer':
      return z.number().int()
    case 'number':
      return z.number()
    case 'flag':
      return z.boolean()
    case 'among':
      return z.enum(form.values)
    case 'nullable':
      return schemaOf(form.of).nullable()
    case 'list':
      return z.array(schemaOf(form.of))
    case 'fields':
      return z.object(partsOf(form.fields))
    case 'union': {
      const [first, ...others] = Object.entries(form.cases).map(([name, fields]) =>
        z.object({ [form.by]: z.literal(name), ...partsOf(fields) }),
      )
      return z.discriminatedUnion(form.by, [first!, ...others])
    }
  }
}

/** The schema of a record as programs see it, with the names of `jsonOf`. */
export const recordOf = <F extends Record<string, Shape<unknown>>>(fields: F): ObjectSchema<JsonFields<F>> =>
  objectOf(jsonFields(fields) as JsonFields<F>)

type JsonFields<F> = { [K in keyof F as JsonName<K>]: F[K] extends Shape<infer T> ? Shape<JsonOf<T>> : never }

const jsonFields = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [jsonName(name), jsonField(field)]))

function jsonField(field: Fields[string]): Fields[string] {
  if ('optional' in field) return field
  const { form } = field
  if (form.kind === 'fields') return { ...field, form: { ...form, fields: jsonFields(form.fields) } }
  if (form.kind === 'nullable')
    return { ...field, form: { ...form, of: jsonField(form.of) as Shape<unknown> } }
  return field
}

const partsOf = (fields: Fields): z.ZodRawShape =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      'optional' in field ? schemaOf(field.optional).optional() : schemaOf(field),
    ]),
  )
