/** The credential for the model, as commands are told of it. */
import type { CredentialKind } from '../../../ticket/credential-kinds.ts'

/** The credential for the model. */
export interface Accounts {
  /** The one that the next start takes; null when there is none. */
  show(): Promise<Account | null>
  /** Gives the place where it is kept from now on. */
  keep(given: NewAccount): Promise<string>
  /** Gives the places where there was one. */
  remove(): Promise<string[]>
  /** Asks the model's side. `problem` is null when it takes the credential. */
  test(signal: AbortSignal): Promise<{ account: Account; problem: string | null } | null>
}

export interface Account {
  kind: CredentialKind
  /** A variable of the environment, a file, or the keychain. */
  source: string
  masked: string
  /** Who pays, in a sentence. */
  pays: string
}

export interface NewAccount {
  kind: CredentialKind
  /** Null where none is kept. */
  secret: string | null
  url: string | null
  region: string | null
  project: string | null
  place: 'file' | 'keychain'
}
