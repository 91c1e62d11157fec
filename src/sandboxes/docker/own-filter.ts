/**
 * A filter of system calls of our own, inside the engine's: engines before Docker 25 let programs make rings for the
 * kernel to work off (io_uring), past whatever looks at single calls. Held to each program by a few lines of Perl, which
 * every image that comes of Debian has; in one without, the engine's filter is all there is.
 */

/** Those of io_uring: the same numbers on every processor. */
const [FIRST, LAST] = [425, 427]

/** Bytes of classic BPF, an instruction a row: what to do, two jumps, a constant. */
const FILTER = [
  [0x20, 0, 0, 0],
  // As x32 numbers its calls, without the mark that it puts on them.
  [0x54, 0, 0, 0xbfffffff],
  [0x35, 0, 2, FIRST],
  [0x25, 1, 0, LAST],
  [0x06, 0, 0, 0x00050000 | 1],
  [0x06, 0, 0, 0x7fff0000],
]

/** Of `prctl` on x64 and arm64. No new privileges can be gained in a container of ours, so anybody may set a filter. */
const HOLD_TO_IT = `
use Config;
my $code = pack("(S C C L)*", ${FILTER.flat().join(',')});
my $program = pack("S x![P] P", ${FILTER.length}, $code);
syscall($Config{archname} =~ /^aarch64/ ? 167 : 157, 22, 2, $program, 0, 0);
exec { $ARGV[0] } @ARGV or print STDERR "$ARGV[0]: $!\\n" and exit($!{ENOENT} ? 127 : 126);`

/** The words that go before a program and its arguments. Not by the search path: an agent may put a program there. */
export const FILTERED = [
  'sh',
  '-c',
  `perl=/usr/bin/perl; [ ! -x $perl ] || exec $perl -e '${HOLD_TO_IT}' -- "$@"; exec "$@"`,
  'sh',
]
