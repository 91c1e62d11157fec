/** View that a sandbox has of this machine: its programs and libraries, read-only, and next to nothing of /etc. */
import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { HOLD } from '../scripts.ts'

/** Folders of programs and libraries; on many systems links into /usr. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']

/** Files of /etc that programs look up, and that say nothing about the user of this machine. */
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

/** Files of the kernel that say too much, or that root could write even where nothing else is writable. */
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

/**
 * Mount point of the swarm's programs. Their real path would not do: a folder on the way could be written inside, as if
 * it were the real one.
 */
export const PROGRAMS = '/run/swarm-programs'

/** Parts of a sandbox's view. */
export interface View {
  /** Folders of this machine to show read-only, such as that of Node. */
  shown: string[]
  /** Folder of this machine with the swarm's own programs, shown at `PROGRAMS`. */
  programs?: string
  diskMb: number
  /** True when this bubblewrap can limit a file system in memory. */
  canSize: boolean
}

/** Builds arguments for bubblewrap; its own files come by descriptors from `first` on, in the order of `contents`. */
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
