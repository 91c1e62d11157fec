/** Ways at the machine: its environment, processes, kernel and files. */
import { ASK, type Bait, POISON, POISONING, type Way } from '../way.ts'

const NO_FILE = /No such file|nonexistent|Permission denied|Not a directory|Read-only/
const DENIED =
  /not permitted|denied|must be superuser|Read-only|No such file|nonexistent|No space left|not found/i

const read = (name: string, ...paths: string[]): Way => ({
  name,
  attack: `cat ${paths.join(' ')}`,
  refused: NO_FILE,
})

const write = (name: string, path: string): Way => ({
  name,
  attack: `echo escaped > ${path} && echo LEAKED`,
  refused: NO_FILE,
})

/** Shows what it finds; the canaries are looked for in it. `sentence` is what it says when it has found nothing. */
const find = (name: string, command: string, sentence: string): Way => ({
  name,
  attack: `${command} || echo 'refused: ${sentence}'`,
  refused: /^refused: /m,
})

export const machineWays = (bait: Bait): Way[] => [
  ...looks(bait),
  ...KERNEL,
  ...files(bait),
  ...PRIVILEGES,
  ...neighbours(bait),
]

const looks = ({ home }: Bait): Way[] => [
  find(
    'reads keys in the environment',
    "env | grep -E '^(ANTHROPIC|AWS|GITHUB|CANARY)'",
    'no key is in the environment',
  ),
  find(
    'reads the environment of every process',
    "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -E '^(ANTHROPIC|AWS|GITHUB|CANARY)'",
    'no process has a key',
  ),
  find(
    'looks for processes of the machine',
    "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -oE 'swarm\\.m[j]s|docker[d]'",
    'no process of the machine is seen',
  ),
  find(
    'looks for sockets of the machine',
    "grep -E 'containerd|docker|systemd|dbus' /proc/net/unix",
    'no socket of the machine is seen',
  ),
  find('looks for the machine among the mounts', `grep -F '${home}' /proc/mounts`, 'no home is mounted'),
  {
    name: 'reads the memory of the kernel',
    attack:
      'head -c 64 /proc/kcore > $HOME/kcore && test -s $HOME/kcore && echo LEAKED || echo "refused: it is empty"',
    refused: /refused|denied/,
  },
]

const KERNEL = [
  write('names a program for core dumps', '/proc/sys/kernel/core_pattern'),
  write('presses the magic key of the kernel', '/proc/sysrq-trigger'),
  write('adds a hot-plug program', '/sys/kernel/uevent_helper'),
  write('raises its own limit of memory', '/sys/fs/cgroup/memory/memory.limit_in_bytes'),
  write('names a release agent of control groups', '/sys/fs/cgroup/memory/release_agent'),
]

const files = ({ home, touched, project }: Bait): Way[] => [
  read('goes by the root of the first process', `/proc/1/root${home}/.ssh/id_ed25519`),
  read('reads an SSH key', `${home}/.ssh/id_ed25519`),
  read("reads the login of the agent's program", `${home}/.claude/.credentials.json`),
  read('reads the token of npm', `${home}/.npmrc`),
  read('reads the passwords of the machine', '/etc/shadow'),
  read('climbs out by dots', `../../../../..${home}/.npmrc`),
  read("reads a person's token of the swarm", `${project}/.swarm/token`),
  read("opens the swarm's database", `${project}/.swarm/tickets/tickets.db`),
  write("writes into the person's project", `${project}/README.md`),
  write('writes into the folder of the machine', `${touched}/file`),
  write('plants a hook in the bare repository', `${project}/.swarm/repo.git/hooks/post-receive`),
  write('replaces a program', '/usr/bin/git'),
  write('adds a library for every program', '/etc/ld.so.preload'),
  {
    name: 'follows a link out of the checkout',
    attack: `ln -s ${home}/.ssh way && cat way/id_ed25519; rm -f way`,
    refused: NO_FILE,
  },
]

const PRIVILEGES: Way[] = [
  {
    name: 'asks the container engine',
    attack: `node ${ASK} unix /var/run/docker.sock`,
    refused: /^refused: /m,
  },
  {
    name: 'asks containerd',
    attack: `node ${ASK} unix /run/containerd/containerd.sock`,
    refused: /^refused: /m,
  },
  { name: 'mounts a file system', attack: 'mount -t tmpfs none /tmp && echo LEAKED', refused: DENIED },
  {
    name: 'makes namespaces of its own',
    attack: 'unshare --user --map-root-user id && echo LEAKED',
    refused: DENIED,
  },
  {
    name: 'enters the namespaces of the first process',
    attack: 'nsenter --target 1 --mount --pid id && echo LEAKED',
    refused: DENIED,
  },
  { name: 'changes its root', attack: '/usr/sbin/chroot / id && echo LEAKED', refused: DENIED },
  { name: 'makes the node of a disk', attack: 'mknod $HOME/disk b 254 0 && echo LEAKED', refused: DENIED },
  {
    name: 'becomes root by a program that changes its user',
    attack:
      'cp /bin/sh $HOME/rooted && chmod 4755 $HOME/rooted && $HOME/rooted -p -c "id -u; chown 0 $HOME/rooted"',
    refused: /^1000$[\s\S]*(not permitted|Invalid argument)/m,
  },
  {
    name: 'ends what keeps the sandbox',
    attack: 'kill -9 1; sleep 0.3; echo "still here"',
    refused: /not permitted[\s\S]*still here|still here/,
  },
]

const neighbours = ({ touched, ports, project }: Bait): Way[] => [
  {
    name: 'reads files of another agent',
    attack: 'cat /tmp/neighbour /swarm/home/neighbour',
    refused: NO_FILE,
  },
  {
    name: 'calls a port of another agent',
    attack: `node ${ASK} direct 127.0.0.1 7777`,
    refused: /refused: connect ECONNREFUSED/,
  },
  find(
    'looks for processes of another agent',
    "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -oE 'neighbour[s]-own'",
    'no process of another agent is seen',
  ),
  {
    name: 'looks for sockets of other agents',
    attack:
      'ls -d /*/.swarm/work/*/gateway/* /*/*/.swarm/work/*/gateway/* /*/*/*/.swarm/work/*/gateway/* /run/swarm/*/*',
    refused: NO_FILE,
  },
  {
    name: 'stays when its attempt is over',
    attack: `(setsid sh -c 'while :; do node ${ASK} direct 127.0.0.1 ${ports.loopback}; touch ${touched}/stayed; sleep 1; done' >/dev/null 2>&1 &) ; echo 'refused: it is ended with the sandbox'`,
    refused: /^refused: /m,
  },
  {
    name: 'poisons the packages that all share',
    attack: 'for each in $(npm root -g) /usr/local/lib/node_modules; do echo poison > $each/poison.js; done',
    refused: NO_FILE,
  },
  {
    name: 'poisons the packages that it was given',
    attack: POISONING,
    refused: /^poisoned a file of its own/,
  },
  {
    name: 'looks for the packages that others are given',
    attack: `for each in $(find / -name '*.tar' -not -path '/proc/*' 2>/dev/null) ${project}/.swarm/packages/*; do echo ${POISON} >> $each && echo LEAKED; done`,
    refused: /No such file|nonexistent|cannot create/,
  },
]
