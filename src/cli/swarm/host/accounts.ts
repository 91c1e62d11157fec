/** The credential for the model, as commands are told of it. */
import type { CredentialKind } from '../../../ticket/credential-kinds.ts'

/** Credential for the model. */
export interface Accounts {
  /** Shows the credential that the next start uses; null when there is none. */
  show(): Promise<Account | null>
  /** Saves a credential and gives its place. */
  keep(given: NewAccount): Promise<string>
  /** Removes the credential and gives the places that had one. */
  remove(): Promise<string[]>
  /**
   * Tests the credential at the model's side. `problem` is null when it is accepted; the result is null without a
   * credential.
   */
  test(signal: AbortSignal): Promise<{ account: Account; problem: string | null } | null>
}

/** Credential, as shown to people. */
export interface Account {
  kind: CredentialKind
  /** A variable of the environment, a file, or the keychain. */
  source: string
  masked: string
  /** Name of the account that pays, in a sentence. */
  pays: string
}

/** Credential to save, with its place. Fields that its kind does not need are null. */
export interface NewAccount {
  kind: CredentialKind
  /** Null where none is kept. */
  secret: string | null
  url: string | null
  region: string | null
  project: string | null
  place: 'file' | 'keychain'
}
