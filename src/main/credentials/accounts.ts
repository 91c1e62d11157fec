/** Actions of `swarm auth` on this machine. */
import type { Account, Accounts, NewAccount } from '../../cli/swarm/host/accounts.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Environment } from '../machine/environment.ts'
import { type Found, findCredential, masked, payer } from './find.ts'
import { fileKeeper, Kept, keychainKeeper } from './kept.ts'
import { probe } from './probe.ts'

/** Makes the verbs of `swarm auth`. Saving throws Refused for an invalid credential, or without a keychain. */
export const accountsOf = (environment: Environment): Accounts => ({
  async show() {
    const found = await findCredential(environment)
    return found && accountOf(found)
  },
  async keep(given) {
    const kept = checked(given)
    if (given.place === 'file') {
      const keeper = fileKeeper(environment)
      keeper.write(kept)
      return keeper.place
    }
    const keeper = await keychainKeeper(environment)
    if (keeper === null)
      throw new Refused('No keychain answers on this machine. Keep it in a file: swarm auth set … --in file.')
    keeper.write(kept)
    // The file goes before the keychain, so an old one there would still be taken.
    fileKeeper(environment).remove()
    return keeper.place
  },
  async remove() {
    const keepers = [fileKeeper(environment), await keychainKeeper(environment)]
    return keepers.flatMap((keeper) => (keeper?.remove() ? [keeper.place] : []))
  },
  async test(signal) {
    const found = await findCredential(environment)
    if (found === null) return null
    return { account: accountOf(found), problem: await probe(found.credential, signal) }
  },
})

const accountOf = ({ credential, source }: Found): Account => ({
  kind: credential.kind,
  source,
  masked: masked(credential),
  pays: payer(credential),
})

function checked({ kind, secret, url, region, project }: NewAccount): Kept {
  const own = kind === 'vertex' ? { project } : { secret }
  const parsed = Kept.safeParse({ kind, baseUrl: url, region, ...own })
  if (parsed.success) return parsed.data
  switch (parsed.error.issues[0]?.path[0]) {
    case 'baseUrl':
      throw new Refused(`--url must be an http or https URL, not '${url}'.`)
    case 'region':
      throw new Refused(`--region must be one such as us-east-1, not '${region}'.`)
    case 'project':
      throw new Refused(`--project must be the id of a Google Cloud project, not '${project}'.`)
    default:
      throw new Refused('A secret must be one word of 8 to 4096 characters.')
  }
}
