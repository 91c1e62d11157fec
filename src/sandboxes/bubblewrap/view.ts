/** What a sandbox sees of this machine: its programs and libraries, read-only, and next to nothing of /etc. */
import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { HOLD } from '../scripts.ts'

/** Where programs and libraries are; in many systems links into /usr. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']

/** What programs look up and that tells nothing of who uses this machine. */
const LOOKED_UP = [
  '/etc/alternatives',
  '/etc/ca-certificates',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
  '/etc/mime.types',
  '/etc/pki/ca-trust',
  '/etc/pki/tls/certs',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
]

/** Of the kernel's: what says too much, or could be written by root even where nothing else can. */
const HIDDEN = [
  '/proc/kcore',
  '/proc/keys',
  '/proc/kmsg',
  '/proc/mtrr',
  '/proc/timer_list',
  '/proc/sysrq-trigger',
]

const ACCOUNTS = {
  passwd: `agent:x:1000:1000:agent:${HOLD}/home:/bin/sh\n`,
  group: 'agent:x:1000:\n',
  hosts: '127.0.0.1 localhost sandbox\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
}

/** Not where it is on this machine: a folder on the way there could be written inside, as if it were the real one. */
export const PROGRAMS = '/run/swarm-programs'

export interface View {
  /** Folders of this machine that are there too, read-only, such as where Node is installed. */
  shown: string[]
  /** A folder of this machine with the swarm's own programs, which is there at `PROGRAMS`. */
  programs?: string
  diskMb: number
  /** Whether this bubblewrap can limit what a file system in memory holds. */
  canSize: boolean
}

/** Arguments for bubblewrap; files of its own come by descriptors from `first` on, in the order of `contents`. */
export function viewOf(
  { shown, programs, diskMb, canSize }: View,
  first: number,
): { args: string[]; contents: string[] } {
  const bytes = (share: number) =>
    canSize ? ['--size', String(Math.floor(diskMb * share) * 1024 * 1024)] : []
  const accounts = Object.entries(ACCOUNTS)
  const args = [
    ...SYSTEM.flatMap(asItIs),
    ...[
      '--dev',
      '/dev',
      ...bytes(0.25),
      '--tmpfs',
      '/dev/shm',
      '--proc',
      '/proc',
      '--ro-bind',
      '/proc/sys',
      '/proc/sys',
    ],
    ...HIDDEN.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', '/dev/null', path]),
    ...[...bytes(0.25), '--tmpfs', '/tmp', ...bytes(1), '--tmpfs', HOLD],
    ...LOOKED_UP.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', path, path]),
    ...accounts.flatMap(([name], at) => ['--ro-bind-data', String(first + at), `/etc/${name}`]),
    ...shown.flatMap((path) => ['--ro-bind', path, path]),
    ...(programs === undefined ? [] : ['--ro-bind', programs, PROGRAMS]),
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
  ]
  return { args, contents: accounts.map(([, content]) => content) }
}

function asItIs(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return []
  return found.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path]
}
