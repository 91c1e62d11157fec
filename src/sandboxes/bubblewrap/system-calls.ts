/**
 * System calls that programs in a room may not make: those that container engines refuse as well, since they reach
 * kernel code that no program of a project needs. Made into a filter for the kernel (seccomp, in classic BPF).
 */

/** Name, and number on x64 and arm64 by the kernel's headers; null where the call does not exist. */
const REFUSED: readonly [string, number | null, number | null][] = [
  ['_sysctl', 156, null],
  ['acct', 163, 89],
  ['add_key', 248, 217],
  ['afs_syscall', 183, null],
  ['bpf', 321, 280],
  ['chroot', 161, 51],
  ['clock_settime', 227, 112],
  ['create_module', 174, null],
  ['delete_module', 176, 106],
  ['fanotify_init', 300, 262],
  ['finit_module', 313, 273],
  ['fsconfig', 431, 431],
  ['fsmount', 432, 432],
  ['fsopen', 430, 430],
  ['fspick', 433, 433],
  ['get_kernel_syms', 177, null],
  ['get_mempolicy', 239, 236],
  ['init_module', 175, 105],
  ['io_uring_enter', 426, 426],
  ['io_uring_register', 427, 427],
  ['io_uring_setup', 425, 425],
  ['ioperm', 173, null],
  ['iopl', 172, null],
  ['kcmp', 312, 272],
  ['kexec_file_load', 320, 294],
  ['kexec_load', 246, 104],
  ['keyctl', 250, 219],
  ['lookup_dcookie', 212, 18],
  ['lsm_get_self_attr', 459, 459],
  ['lsm_list_modules', 461, 461],
  ['lsm_set_self_attr', 460, 460],
  ['mbind', 237, 235],
  ['migrate_pages', 256, 238],
  ['mount', 165, 40],
  ['mount_setattr', 442, 442],
  ['move_mount', 429, 429],
  ['move_pages', 279, 239],
  ['nfsservctl', 180, 42],
  ['open_by_handle_at', 304, 265],
  ['open_tree', 428, 428],
  ['open_tree_attr', 467, 467],
  ['perf_event_open', 298, 241],
  ['pidfd_getfd', 438, 438],
  ['pivot_root', 155, 41],
  ['process_madvise', 440, 440],
  ['query_module', 178, null],
  ['quotactl', 179, 60],
  ['quotactl_fd', 443, 443],
  ['reboot', 169, 142],
  ['request_key', 249, 218],
  ['set_mempolicy', 238, 237],
  ['set_mempolicy_home_node', 450, 450],
  ['setdomainname', 171, 162],
  ['sethostname', 170, 161],
  ['setns', 308, 268],
  ['settimeofday', 164, 170],
  ['swapoff', 168, 225],
  ['swapon', 167, 224],
  ['sysfs', 139, null],
  ['syslog', 103, 116],
  ['umount2', 166, 39],
  ['unshare', 272, 97],
  ['uselib', 134, null],
  ['userfaultfd', 323, 282],
  ['ustat', 136, null],
  ['vhangup', 153, 58],
]

/** Newest call that this list covers (file_setattr, Linux 6.17). Later ones do not exist for a program inside. */
const NEWEST = 469

interface Processor {
  /** Number of the processor in the kernel's audit. */
  audit: number
  /** Column of the processor in `REFUSED`. */
  column: 1 | 2
  clone: number
  socket: number
  personality: number
}

const PROCESSORS: Record<string, Processor> = {
  x64: { audit: 0xc000003e, column: 1, clone: 56, socket: 41, personality: 135 },
  arm64: { audit: 0xc00000b7, column: 2, clone: 220, socket: 198, personality: 92 },
}

const CLONE_3 = 435

/** Flags of every kind of namespace that a clone may ask for. */
const NEW_NAMESPACES = 0x7e020000

/** Families of sockets: into the kernel's cryptography, and past the network to a hypervisor. */
const AF_ALG = 38
const AF_VSOCK = 40

/** Allowed personalities: plain Linux, 32-bit addresses, no random ones, both, and the query. */
const PERSONALITIES = [0, 0x8, 0x20000, 0x20008, 0xffffffff]

const NOT_PERMITTED = 0x00050000 | 1
const NOT_THERE = 0x00050000 | 38
const ALLOWED = 0x7fff0000

/**
 * Makes the filter for a processor as Node names it (`x64`, `arm64`); null for one whose calls this file does not know.
 */
export function filterFor(processor: string): Buffer | null {
  const known = PROCESSORS[processor]
  if (!known) return null
  const { audit, column, clone, socket, personality } = known
  const refused = REFUSED.flatMap((call) => call[column] ?? [])
  return Buffer.concat([
    // What comes by the calls of another processor, such as those of 32 bits, is refused whole.
    load(AT.processor),
    unlessEqual(audit, 1),
    end(NOT_PERMITTED),
    load(AT.call),
    ...whenOver(NEWEST, end(NOT_THERE)),
    ...refused.flatMap((call) => when(call, end(NOT_PERMITTED))),
    // The C library falls back to the older clone, whose flags a filter can see.
    ...when(CLONE_3, end(NOT_THERE)),
    ...when(clone, load(AT.argument), unlessAny(NEW_NAMESPACES, 1), end(NOT_PERMITTED), end(ALLOWED)),
    ...when(
      socket,
      load(AT.argument),
      ...when(AF_ALG, end(NOT_PERMITTED)),
      ...when(AF_VSOCK, end(NOT_PERMITTED)),
      end(ALLOWED),
    ),
    ...when(
      personality,
      load(AT.argument),
      ...PERSONALITIES.flatMap((each) => when(each, end(ALLOWED))),
      end(NOT_PERMITTED),
    ),
    end(ALLOWED),
  ])
}

/** Offsets in bytes of what a filter looks at; of the first argument, its lower half. */
const AT = { call: 0, processor: 4, argument: 16 }

/** Encodes one instruction: the operation, jumps for true and false, and its constant. */
function instruction(code: number, [then, otherwise]: [number, number], constant: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code, 0)
  bytes.writeUInt8(then, 2)
  bytes.writeUInt8(otherwise, 3)
  bytes.writeUInt32LE(constant, 4)
  return bytes
}

const load = (at: number) => instruction(0x20, [0, 0], at)
const end = (answer: number) => instruction(0x06, [0, 0], answer)

/** Skips `next` instructions when the loaded value is equal. */
const unlessEqual = (value: number, next: number) => instruction(0x15, [next, 0], value)

/** Skips `next` instructions when the loaded value has none of the bits. */
const unlessAny = (bits: number, next: number) => instruction(0x45, [0, next], bits)

/** Runs `steps` only when the loaded value is equal. */
const when = (value: number, ...steps: Buffer[]) => [instruction(0x15, [0, steps.length], value), ...steps]

/** Runs `steps` only when the loaded value is larger. */
const whenOver = (value: number, ...steps: Buffer[]) => [
  instruction(0x25, [0, steps.length], value),
  ...steps,
]
