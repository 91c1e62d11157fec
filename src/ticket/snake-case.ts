/** Names of fields as columns of the store and the JSON of programs have them. */

/** A name in camelCase, such as `startedAt`, as `started_at`. */
export type SnakeCase<S extends string> = S extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : S

/** Converts a name in camelCase, such as `startedAt`, to `started_at`. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
