/** Public addresses of the internet: a name is dialled only when all of its addresses are public. */
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * Ranges of IPv4 that are not public: this host, private, shared, link-local, documentation, benchmarks, multicast,
 * reserved.
 */
const NOT_PUBLIC_4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]
/** Range of public IPv6, which leaves out loopback, link-local, private, multicast and mapped IPv4. */
const PUBLIC_6: [string, number] = ['2000::', 3]
/** Exceptions in that range: addresses that carry IPv4 (Teredo, 6to4), and documentation. */
const NOT_PUBLIC_6: [string, number][] = [
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const notPublic = new BlockList()
for (const [net, bits] of NOT_PUBLIC_4) notPublic.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of NOT_PUBLIC_6) notPublic.addSubnet(net, bits, 'ipv6')
const public6 = new BlockList()
public6.addSubnet(...PUBLIC_6, 'ipv6')

/** True for a public address. `own`: the addresses of this machine, which may be public ones but never count. */
export function isPublic(address: string, own: string[]): boolean {
  if (own.includes(address)) return false
  if (isIPv4(address)) return !notPublic.check(address, 'ipv4')
  return isIPv6(address) && public6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6')
}
