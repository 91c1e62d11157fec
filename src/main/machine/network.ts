/** Network of this machine, as the gateway uses it for sandboxes. */
import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Network } from '../../gateway/egress/egress.ts'

export const network: Network = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  own: () => Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address)),
  dial: (host, port) => connect({ host, port }),
}
