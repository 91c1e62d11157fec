/**
 * Shapes of values, as plain data. One description is the type, what the store reads of a row's JSON, and what the
 * API's document shows. It is no library of schemas, because `ticket` has no time to load one.
 */

/** A description of values of the type `T`. */
export interface Shape<T> {
  form: Form
  /** Meaning of the values, for the API's document. */
  about?: string
  /** Never there: it carries the type to the compiler. */
  is?: T
}

/** Form of values: their kind, and the shapes of what is in them. */
export type Form =
  | { kind: 'text' | 'integer' | 'number' | 'flag' }
  | { kind: 'among'; values: readonly string[] }
  | { kind: 'nullable' | 'list'; of: Shape<unknown> }
  | { kind: 'fields'; fields: Fields }
  /** An object whose other fields depend on its field `by`. */
  | { kind: 'union'; by: string; cases: Record<string, Fields> }

/** A field that may be left out. */
export interface Optional<T> {
  optional: Shape<T>
}

/** Fields of an object, by their names. */
export type Fields = Record<string, Shape<unknown> | Optional<unknown>>

type ValueOf<S> = S extends Optional<infer T> ? T : S extends Shape<infer T> ? T : never

type Flat<T> = { [K in keyof T]: T[K] }

/** An object with these fields. */
export type Values<F> = Flat<
  { [K in keyof F as F[K] extends Optional<unknown> ? never : K]: ValueOf<F[K]> } & {
    [K in keyof F as F[K] extends Optional<unknown> ? K : never]?: ValueOf<F[K]>
  }
>

/** One of the objects that a table of cases describes, told apart by the field `B`. */
export type UnionBy<B extends string, C> = {
  [K in keyof C]: Flat<{ [P in B]: K } & Values<C[K]>>
}[keyof C]

export const text: Shape<string> = { form: { kind: 'text' } }
/** A whole number that JavaScript can hold exactly. */
export const integer: Shape<number> = { form: { kind: 'integer' } }
/** Any number. */
export const number: Shape<number> = { form: { kind: 'number' } }
export const flag: Shape<boolean> = { form: { kind: 'flag' } }

/** One of these texts. */
export const among = <V extends string>(values: readonly V[]): Shape<V> => ({
  form: { kind: 'among', values },
})

/** Makes the shape of a value that may be null. */
export const nullable = <T>(of: Shape<T>): Shape<T | null> => ({ form: { kind: 'nullable', of } })

/** Makes a field that may be left out. */
export const optional = <T>(of: Shape<T>): Optional<T> => ({ optional: of })

/** Makes the shape of a list of such values. */
export const list = <T>(of: Shape<T>): Shape<T[]> => ({ form: { kind: 'list', of } })

/** Makes the shape of an object with these fields. */
export const fields = <F extends Fields>(of: F): Shape<Values<F>> => ({
  form: { kind: 'fields', fields: of },
})

/** Makes the shape of an object whose other fields depend on its field `by`: one case for each of its values. */
export const unionBy = <B extends string, C extends Record<string, Fields>>(
  by: B,
  cases: C,
): Shape<UnionBy<B, C>> => ({ form: { kind: 'union', by, cases } })

/** Adds the meaning of a shape to it, in a sentence or less. */
export const meaning = <T>(about: string, shape: Shape<T>): Shape<T> => ({ ...shape, about })
