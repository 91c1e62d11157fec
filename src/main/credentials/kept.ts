/** Storage of credentials by `swarm auth set`: a file that only its owner can read, or the system's keychain. */
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { PLAIN_KINDS } from '../../ticket/credential-kinds.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Environment } from '../machine/environment.ts'

const url = z.url({ protocol: /^https?$/ }).nullable()
const region = z
  .string()
  .regex(/^[a-z0-9-]+$/)
  .nullable()

const Secret = z.strictObject({
  kind: z.enum([...PLAIN_KINDS, 'bedrock']),
  secret: z.string().regex(/^[\x21-\x7e]{8,4096}$/),
  baseUrl: url,
  region,
})

/** Credential of Vertex. Its secret is an hourly token from `gcloud`: only the place to ask is stored. */
const Vertex = z.strictObject({
  kind: z.literal('vertex'),
  project: z.string().regex(/^[\w.:-]{4,100}$/),
  baseUrl: url,
  region,
})

export const Kept = z.discriminatedUnion('kind', [Secret, Vertex])
/** Stored credential. */
export type Kept = z.infer<typeof Kept>

/** Place that stores one credential. */
export interface Keeper {
  /** Name of the place, for people. */
  place: string
  read(): Kept | null
  write(kept: Kept): void
  /** Removes the credential; gives false when there was none. */
  remove(): boolean
}

/** Makes the storage in a file: one for all projects of a person, outside of every project. */
export function fileKeeper(environment: Environment): Keeper {
  const path = fileOf(environment)
  return {
    place: path,
    read() {
      if (!existsSync(path)) return null
      checkMode(path)
      return understood(readFileSync(path, 'utf8'), path)
    },
    write(kept) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      const beside = `${path}.${process.pid}`
      writeFileSync(beside, `${JSON.stringify(kept)}\n`, { mode: 0o600 })
      renameSync(beside, path)
    },
    remove() {
      if (!existsSync(path)) return false
      rmSync(path)
      return true
    },
  }
}

function fileOf({ SWARM_CREDENTIAL_FILE, XDG_CONFIG_HOME, HOME }: Environment): string {
  if (SWARM_CREDENTIAL_FILE) return SWARM_CREDENTIAL_FILE
  return join(XDG_CONFIG_HOME || join(HOME || '/nonexistent', '.config'), 'swarm', 'credential.json')
}

function checkMode(path: string): void {
  const { mode, uid } = lstatSync(path)
  const isOwn = process.getuid === undefined || uid === process.getuid()
  if (isOwn && (mode & 0o177) === 0 && (mode & 0o170000) === 0o100000) return
  throw new Refused(`${path} holds a credential and must be a file that only you can read: chmod 600 ${path}`)
}

function understood(text: string, where: string): Kept {
  try {
    return Kept.parse(JSON.parse(text))
  } catch {
    throw new Refused(`The credential in ${where} is not understood: swarm auth remove, then swarm auth set.`)
  }
}

const SERVICE = 'swarm'
const ACCOUNT = 'model'

/** Makes the storage in the keychain; null where there is no keychain, or no package to use it. */
export async function keychainKeeper(environment: Environment): Promise<Keeper | null> {
  if (environment.SWARM_CREDENTIAL_FILE) return null
  try {
    const { Entry } = await import('@napi-rs/keyring')
    const entry = new Entry(SERVICE, ACCOUNT)
    // Asked once here: where no keychain runs, this throws.
    entry.getPassword()
    return {
      place: "the system's keychain",
      read() {
        const text = entry.getPassword()
        return text ? understood(text, "the system's keychain") : null
      },
      write: (kept) => entry.setPassword(JSON.stringify(kept)),
      remove: () => entry.getPassword() !== null && entry.deletePassword(),
    }
  } catch {
    return null
  }
}
