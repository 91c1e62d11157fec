/**
 * Filter of system calls of our own, inside the engine's: engines before Docker 25 let programs use io_uring, whose
 * calls bypass such filters. A few lines of Perl apply it to each program; every Debian-based image has Perl, and in an
 * image without it only the engine's filter applies.
 */

/** Calls of io_uring: the same numbers on every processor. */
const [FIRST, LAST] = [425, 427]

/** Classic BPF, one instruction per row: operation, two jumps, constant. */
const FILTER = [
  [0x20, 0, 0, 0],
  // As x32 numbers its calls, without the mark that it puts on them.
  [0x54, 0, 0, 0xbfffffff],
  [0x35, 0, 2, FIRST],
  [0x25, 1, 0, LAST],
  [0x06, 0, 0, 0x00050000 | 1],
  [0x06, 0, 0, 0x7fff0000],
]

/**
 * Perl that applies the filter by `prctl`, on x64 and arm64. Containers of ours gain no new privileges, so anybody may
 * set a filter.
 */
const HOLD_TO_IT = `
use Config;
my $code = pack("(S C C L)*", ${FILTER.flat().join(',')});
my $program = pack("S x![P] P", ${FILTER.length}, $code);
syscall($Config{archname} =~ /^aarch64/ ? 167 : 157, 22, 2, $program, 0, 0);
exec { $ARGV[0] } @ARGV or print STDERR "$ARGV[0]: $!\\n" and exit($!{ENOENT} ? 127 : 126);`

/** Words that go before a program and its arguments. Perl has a fixed path: an agent may put a program on PATH. */
export const FILTERED = [
  'sh',
  '-c',
  `perl=/usr/bin/perl; [ ! -x $perl ] || exec $perl -e '${HOLD_TO_IT}' -- "$@"; exec "$@"`,
  'sh',
]
