/** Ways by calls of the kernel that no program of a project needs: each class of those that sandboxes refuse. */
import type { Bait, Way } from '../way.ts'

type Call = [name: string, x64: number | null, arm64: number | null, ...args: (string | number)[]]

/** With arguments for which the kernel itself would give something else than a refusal, wherever there are such. */
const CLASSES: { name: string; calls: Call[] }[] = [
  {
    name: 'reads and keeps keys of the kernel',
    calls: [
      ['keyctl', 250, 219, 10, -3, 'user', 'canary', 0],
      ['keyctl', 250, 219, 0, -3, 0],
      ['keyctl', 250, 219, 0, -4, 1],
      ['keyctl', 250, 219, 1, 'mine'],
      ['add_key', 248, 217, 'user', 'mine', 'mine', 4, -3],
      ['add_key', 248, 217, 'user', 'mine', 'mine', 4, -4],
      ['request_key', 249, 218, 'user', 'canary', 0, -3],
    ],
  },
  {
    name: 'runs programs of its own in the kernel, and watches it',
    calls: [
      ['bpf', 321, 280, 0, 0, 0],
      ['perf_event_open', 298, 241, 0, 0, 0, 0, 0],
      ['userfaultfd', 323, 282, 1],
      ['io_uring_setup', 425, 425, 1, 0],
      ['io_uring_enter', 426, 426, -1, 0, 0, 0, 0],
      ['io_uring_register', 427, 427, -1, 0, 0, 0],
      ['fanotify_init', 300, 262, 0, 0],
      ['syslog', 103, 116, 10, 0, 0],
      ['lookup_dcookie', 212, 18, 0, 0, 0],
    ],
  },
  {
    name: 'mounts, by the old calls and the new ones',
    calls: [
      ['mount', 165, 40, 'none', '/tmp', 'tmpfs', 0, 0],
      ['umount2', 166, 39, '/tmp', 2],
      ['move_mount', 429, 429, -1, '', -1, '', 0],
      ['fsopen', 430, 430, 'tmpfs', 0],
      ['fsconfig', 431, 431, -1, 0, 0, 0, 0],
      ['fsmount', 432, 432, -1, 0, 0],
      ['fspick', 433, 433, -100, '/tmp', 0],
      ['open_tree', 428, 428, -100, '/', 1],
      ['mount_setattr', 442, 442, -1, '', 0, 0, 0],
      ['swapon', 167, 224, '/tmp', 0],
      ['swapoff', 168, 225, '/tmp'],
      ['quotactl', 179, 60, 0, 0, 0, 0],
      ['quotactl_fd', 443, 443, -1, 0, 0, 0],
      ['acct', 163, 89, 0],
    ],
  },
  {
    name: 'moves its root, and opens files past it',
    calls: [
      ['chroot', 161, 51, '/'],
      ['pivot_root', 155, 41, '/', '/'],
      ['open_by_handle_at', 304, 265, -100, 0, 0],
    ],
  },
  {
    name: 'makes namespaces, and enters others',
    calls: [
      // Of users, mounts, names of the host, IPC, networks, processes, control groups and time, as the kernel numbers them.
      ...[0x10000000, 0x00020000, 0x04000000, 0x08000000, 0x40000000, 0x20000000, 0x02000000, 0x80].map(
        (flag): Call => ['unshare', 272, 97, flag],
      ),
      ['clone', 56, 220, 0x10000011, 0, 0, 0, 0],
      ['clone', 56, 220, 0x40000011, 0, 0, 0, 0],
      ['clone3', 435, 435, 0, 0],
      ['setns', 308, 268, -1, 0],
    ],
  },
  {
    name: 'puts another kernel in place, and parts of one',
    calls: [
      ['kexec_load', 246, 104, 0, 0, 0, 0],
      ['kexec_file_load', 320, 294, -1, -1, 0, 0, 0],
      ['init_module', 175, 105, 0, 0, 0],
      ['finit_module', 313, 273, -1, 0, 0],
      ['delete_module', 176, 106, 0, 0],
      ['reboot', 169, 142, 0, 0, 0, 0],
    ],
  },
  {
    name: 'sets the clock and the name of the machine, and takes its ports',
    calls: [
      ['settimeofday', 164, 170, 0, 0],
      ['clock_settime', 227, 112, 0, 0],
      ['sethostname', 170, 161, 'mine', 4],
      ['setdomainname', 171, 162, 'mine', 4],
      ['iopl', 172, null, 3],
      ['ioperm', 173, null, 0x80, 1, 1],
      ['vhangup', 153, 58],
    ],
  },
  {
    name: 'reaches into processes by their number, and places their memory',
    calls: [
      ['kcmp', 312, 272, 1, 1, 0, 0, 0],
      ['pidfd_getfd', 438, 438, -1, 0, 0],
      ['process_madvise', 440, 440, -1, 0, 0, 0, 0],
      ['move_pages', 279, 239, 0, 0, 0, 0, 0, 0],
      ['migrate_pages', 256, 238, 0, 0, 0, 0],
      ['mbind', 237, 235, 0, 0, 0, 0, 0, 0],
      ['set_mempolicy', 238, 237, 0, 0, 0],
    ],
  },
  {
    name: 'goes by calls that nobody uses any more, and by numbers of other machines',
    calls: [
      ['uselib', 134, null, '/tmp'],
      ['sysfs', 139, null, 3],
      ['ustat', 136, null, 0, 0],
      ['nfsservctl', 180, 42, 0, 0, 0],
      // Reading implies running; and keyctl as programs of x32 would number it.
      ['personality', 135, 92, 0x0400000],
      ['keyctl of x32', 0x40000000 + 250, null, 0, -3, 0],
      ['a call of tomorrow', 2000, 2000, 0, 0, 0],
    ],
  },
]

/** Put into the home of the sandbox: tries each call that it is given, one a line, and counts those that were refused. */
export const CALLS = '/swarm/home/calls.pl'
export const CALLS_PROGRAM = `
use strict;
my $column = qx(uname -m) =~ /aarch64/ ? 1 : 0;
my ($own, $tried, $refused) = ($$, 0, 0);
for my $line (<STDIN>) {
  chomp $line;
  my ($name, $x64, $arm64, @given) = split /\\|/, $line, -1;
  my $number = $column ? $arm64 : $x64;
  next if $number eq '';
  my @args = map { /^-?[0-9]+$/ ? $_ + 0 : $_ } @given;
  $! = 0;
  my $got = syscall($number + 0, @args);
  exit if $$ != $own;
  # Not permitted, or no such call; anything else has reached the kernel's own code.
  my $is_refused = $got < 0 && ($! + 0 == 1 || $! + 0 == 38);
  print $is_refused ? '' : "LEAKED: $name " . ($got < 0 ? "reached the kernel: $!" : "gave $got") . "\\n";
  $tried++;
  $refused++ if $is_refused;
}
print $tried == $refused ? "all $tried calls were refused\\n" : "$refused of $tried calls were refused\\n";
`

const lineOf = (call: Call) => call.map((each) => each ?? '').join('|')

const classWays = CLASSES.map(
  ({ name, calls }): Way => ({
    name,
    attack: `printf '%s\\n' ${calls.map((call) => `'${lineOf(call)}'`).join(' ')} | perl ${CALLS}`,
    refused: /^all [1-9]\d* calls were refused$/m,
  }),
)

/** The kernel's keyctl for programs of 32 bits, called from one of 64: it ends with what that gives, which is 1 or 38. */
const OLD_PROGRAM =
  '7f454c46020101000000000000000000' +
  '02003e00010000007800400000000000' +
  '40000000000000000000000000000000' +
  '00000000400038000100000000000000' +
  '0100000005000000' +
  '000000000000000000004000000000000000400000000000' +
  '98000000000000009800000000000000' +
  '0010000000000000' +
  'b820010000' +
  '31db' +
  'b9fdffffff' +
  '31d2' +
  'cd80' +
  '89c7' +
  'f7df' +
  'b83c000000' +
  '0f05'

export const kernelWays = ({ pid }: Bait): Way[] => [
  ...classWays,
  {
    name: 'calls the kernel as a program of 32 bits does',
    attack: `perl -e 'print pack("H*", "${OLD_PROGRAM}")' > "$HOME/old" && chmod 755 "$HOME/old"; "$HOME/old"; echo "ended with $?"`,
    // Another machine cannot run it at all, nor a kernel without such calls.
    refused: /^ended with (1|38|126|139)$/m,
  },
  {
    name: 'traces a process of the machine by its number there',
    attack: `test -e /proc/${pid} && echo 'refused: that number is its own' || perl -e 'my $n = qx(uname -m) =~ /aarch64/ ? 117 : 101; print syscall($n, 16, ${pid}, 0, 0) < 0 ? "refused: $!" : "LEAKED"'`,
    refused: /^refused: (No such process|Operation not permitted|that number)/m,
  },
  {
    name: 'reads the list of keys',
    attack: 'grep . /proc/keys && echo LEAKED || echo "refused: it is empty"',
    refused: /^refused: it is empty$/m,
  },
]
