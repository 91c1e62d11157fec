/** Scripts that run inside an isolating sandbox for us: short shell, since starting each program costs. */

import type { Room } from '../ports/sandbox.ts'

/** Folder of everything in a sandbox that can be written, except /tmp. */
export const HOLD = '/swarm'
export const CHECKOUT = `${HOLD}/checkout`
export const HOME = `${HOLD}/home`
export const BIN = `${HOLD}/bin`
export const TEMPORARY = `${HOLD}/tmp`
const RESERVE = `${HOLD}/.reserve`

/** Room of a hold of `limitMb`; the reserve takes 1/32 of it, at most 16 MB. */
export const roomOf = (limitMb: number): Room => ({
  limitMb,
  reserve: RESERVE,
  reserveKb: Math.min(16, limitMb / 32) * 1024,
})

/** Mount point of the folder with the gateway's socket, and the socket's path inside. */
export const SOCKET_FOLDER = '/run/swarm'
export const SOCKET = `${SOCKET_FOLDER}/gateway.sock`
export const GATEWAY_PORT = 8099

/** The exit of `IN_PLACE` when a path leads out. */
export const LEADS_OUT = 77

/** Sets `real` to $1 with links followed; refuses paths outside of the hold. */
const IN_PLACE = `
real=$(readlink -m -- "$1") || exit ${LEADS_OUT}
case "$real" in ${HOLD}/*) ;; *) exit ${LEADS_OUT} ;; esac`

/** Writes a file: $1 is the path, $2 its mode, the content comes on stdin. */
export const WRITE = `${IN_PLACE}
mkdir -p -- "$(dirname -- "$real")" && cat > "$real" && chmod "$2" "$real"`

/** Fills files from stdin: while there is a path $1, it gets $2 bytes and the mode $3. */
const TAKE = `
take() {
  while [ $# -gt 0 ]; do
    head -c "$2" > "$1"
    chmod "$3" "$1"
    shift 3
  done
}`

/** Fills files in a folder: $1 is the folder, the rest goes to `take`. */
export const UNPACK = `${TAKE}
cd "$1"
shift
take "$@"`

/** Unpacks an archive from stdin: $1 is the folder, $2 the only part that is wanted; default: all. */
export const UNPACK_ARCHIVE = 'cd "$1" && shift && tar -xf - -- "$@"'

/** Target of an agent's own push: nowhere, with a name that explains it. */
export const NO_PUSH = 'file:///dev/null/commit-only--the-swarm-lands-your-work'

/**
 * Checks out: $1 the object format, $2 the commit, $3 its branch (empty for none), $4 the tip of that, $5 origin's URL,
 * $6 the KB of the reserve, which is left out when there is no room for it.
 */
export const CHECK_OUT = `${TAKE}
format=$1 commit=$2 branch=$3 tip=$4 origin=$5 reserve=$6
shift 6
mkdir -p ${CHECKOUT} ${HOME} ${BIN} ${TEMPORARY}
cd ${CHECKOUT}
git init --quiet --template= --object-format="$format"
mkdir -p .git/objects/pack
take "$@"
if [ -n "$branch" ]; then
  cat >> .git/config <<END
[remote "origin"]
	url = $origin
	pushUrl = ${NO_PUSH}
	fetch = +refs/heads/*:refs/remotes/origin/*
[branch "$branch"]
	remote = origin
	merge = refs/heads/$branch
END
  git update-ref "refs/remotes/origin/$branch" "$tip"
  git checkout --quiet --no-track -B "$branch" "$commit"
else
  echo "$commit" > .git/shallow
  git checkout --quiet --detach "$commit"
fi
if [ "$reserve" -gt 0 ]; then
  head -c $((reserve * 1024)) /dev/zero > ${RESERVE} || rm -f ${RESERVE}
fi`

/**
 * Runs "$@" in the folder $1, and ends the agent's other processes at its end: `kill -1` reaches all that this user may
 * signal, except its caller. Asked to end, it stays until its program has ended, and discards the shell's message about
 * that. It dumps no core: as an option, Podman would then ask for more files than it may.
 */
export const RUN = `
trap : TERM INT HUP
ulimit -c 0
cd -- "$1" || exit 126
shift
exec 3>&2 2>/dev/null
(exec "$@" 2>&3 3>&-)
code=$?
kill -KILL -1
exit $code`

/** Runs "$@" in the folder $1, and ends nothing. */
export const RUN_BESIDE = `
ulimit -c 0
cd -- "$1" || exit 126
shift
exec "$@"`

/**
 * Asks everything to end, and kills it a while later; a crowd is killed at once, since each look at it takes long. The
 * first process may wait by a cat.
 */
export const END = `
kill -TERM -1 2>/dev/null
set -- /proc/[0-9]*
rounds=0
[ $# -lt 200 ] || rounds=36
while [ $rounds -lt 36 ]; do
  others=
  for each in /proc/[2-9]* /proc/1?*; do
    [ -O "$each" ] && [ "$each" != "/proc/$$" ] && read -r name < "$each/comm" && [ "$name" != cat ] && others=yes
  done
  [ -z "$others" ] && break
  sleep 0.05
  rounds=$((rounds + 1))
done 2>/dev/null
kill -KILL -1 2>/dev/null
exit 0`

/** Milliseconds that `END` may take on a busy machine. Elsewhere it takes 2 s, and less for a crowd. */
export const END_MS = 4_000

/** Reads the kernel's count of kills: `oom_kill N` among the events of cgroup v2, and in another file of v1. */
export const killsIn = (text: string): number => Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0)
