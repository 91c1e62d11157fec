/** The kinds of credential for a model. Who keeps one writes its kind as it is here; who types it joins the words. */
export const CREDENTIAL_KINDS = ['api key', 'setup token', 'auth token', 'bedrock', 'vertex'] as const
/** Kind of credential for a model. */
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number]

/** The kinds that are one secret and nothing else. */
export const PLAIN_KINDS = [
  'api key',
  'setup token',
  'auth token',
] as const satisfies readonly CredentialKind[]

/** Writes a kind as a person types it: `api-key`. */
export const typedKind = (kind: CredentialKind): string => kind.replace(' ', '-')
