# Runs a program in the namespaces of a process, under a filter of system calls and with no key of whoever started it.
# perl enter.pl ARCH FILTER PID NAMESPACE… -- PROGRAM…: FILTER is classic BPF in hexadecimal. The users of PID are entered
# with its NAMESPACEs. With PID 0 nothing is entered, and FILTER is left to the program. Ends as the program does.
use strict;
use warnings;

my ($arch, $filter, $pid, @rest) = @ARGV;
my @namespaces;
while (@rest && (my $word = shift @rest) ne '--') { push @namespaces, $word }

# x64, arm64
my ($PRCTL, $KEYCTL, $SETNS) = $arch eq 'arm64' ? (167, 219, 268) : (157, 250, 308);
my $GET_USERS = 0xb701;
my ($JOIN_SESSION_KEYRING, $SET_DUMPABLE, $SET_SECCOMP, $NO_NEW_PRIVS) = (1, 4, 22, 38);

sub call { my ($what, @call) = @_; syscall($call[0], @call[1 .. $#call]) >= 0 or die "$what: $!\n" }

# A kernel without keys has none to give away.
syscall($KEYCTL, $JOIN_SESSION_KEYRING, 0) >= 0 or $!{ENOSYS} or die "a session of keys: $!\n";

if ($pid) {
  # Until the program is started, nobody inside may look into this process, or make it do anything.
  call('not to be looked into', $PRCTL, $SET_DUMPABLE, 0, 0, 0, 0);
  my ($users, @open) = map { open(my $file, '<', "/proc/$pid/ns/$_") or die "the namespace $_ of $pid: $!\n"; $file } 'user', @namespaces;
  # They belong to users that may stand above those of the process: who enters these first may enter the others.
  my $owner = ioctl($open[0], $GET_USERS, 0) // die "the users of $pid: $!\n";
  my $is_other = (stat $users)[1] != (stat "/proc/self/fd/$owner")[1];
  call('entering', $SETNS, $owner + 0, 0);
  call('entering', $SETNS, fileno($_), 0) for @open;
  call('entering', $SETNS, fileno($users), 0) if $is_other;
  chdir '/' or die "the root: $!\n";
  my $child = fork() // die "another process: $!\n";
  if ($child) {
    waitpid($child, 0);
    my $signal = $? & 127;
    exit($? >> 8) unless $signal;
    $SIG{$_} = 'DEFAULT' for 'TERM', 'INT', 'HUP';
    kill($signal, $$);
    exit(128 + $signal);
  }
  call('no new privileges', $PRCTL, $NO_NEW_PRIVS, 1, 0, 0, 0);
  if ($filter ne '') {
    my $code = pack('H*', $filter);
    my $program = pack('S x![P] P', length($code) / 8, $code);
    call('the filter of system calls', $PRCTL, $SET_SECCOMP, 2, $program, 0, 0);
  }
}
exec { $rest[0] } @rest or die "$rest[0]: $!\n";
