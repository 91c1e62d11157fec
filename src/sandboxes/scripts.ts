/** What runs inside a sandbox that encloses, for us: short shell scripts, since starting each program costs. */

import type { Room } from '../ports/sandbox.ts'

/** Everything of a sandbox that can be written, but for /tmp. */
export const HOLD = '/swarm'
export const CHECKOUT = `${HOLD}/checkout`
export const HOME = `${HOLD}/home`
export const BIN = `${HOLD}/bin`
export const TEMPORARY = `${HOLD}/tmp`
const RESERVE = `${HOLD}/.reserve`

/** The room of a hold of `limitMb`, of which the reserve takes a thirty-second, and at most 16 MB. */
export const roomOf = (limitMb: number): Room => ({
  limitMb,
  reserve: RESERVE,
  reserveKb: Math.min(16, limitMb / 32) * 1024,
})

/** Where the folder with the gateway's socket is mounted, and where programs reach it. */
export const SOCKET_FOLDER = '/run/swarm'
export const SOCKET = `${SOCKET_FOLDER}/gateway.sock`
export const GATEWAY_PORT = 8099

/** The exit of `IN_PLACE` when a path leads out. */
export const LEADS_OUT = 77

/** Makes `real` of $1, links followed; refuses what is not in the hold. */
const IN_PLACE = `
real=$(readlink -m -- "$1") || exit ${LEADS_OUT}
case "$real" in ${HOLD}/*) ;; *) exit ${LEADS_OUT} ;; esac`

/** $1 is the path, $2 its mode; the content comes in. */
export const WRITE = `${IN_PLACE}
mkdir -p -- "$(dirname -- "$real")" && cat > "$real" && chmod "$2" "$real"`

/** Takes files in: as long as there is $1, a path, it is filled with $2 bytes, and gets the mode $3. */
const TAKE = `
take() {
  while [ $# -gt 0 ]; do
    head -c "$2" > "$1"
    chmod "$3" "$1"
    shift 3
  done
}`

/** $1 is the folder, then what \`take\` takes. */
export const UNPACK = `${TAKE}
cd "$1"
shift
take "$@"`

/** The archive comes in; $1 is the folder, $2 what of it is wanted unless that is all. */
export const UNPACK_ARCHIVE = 'cd "$1" && shift && tar -xf - -- "$@"'

/** Where a push goes that an agent tries on its own: nowhere, with a name that explains it. */
export const NO_PUSH = 'file:///dev/null/commit-only--the-swarm-lands-your-work'

/**
 * $1 the object format, $2 the commit, $3 its branch (empty for none), $4 the tip of that, $5 origin's URL, $6 the KB of
 * the reserve, which is left out when there is no room for it.
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
 * Runs "$@" in the folder $1. However it ends, the agent's other processes end then: `kill -1` is all that this user
 * may signal, but for the one that calls it. Asked to end, it stays until its program has ended; what the shell itself
 * says of that end goes nowhere. No core is dumped: by an option, Podman would then ask for more files than it may.
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
 * Asks everything to end, and a while later does not ask; a crowd is not waited for, since each look at it takes
 * long. The first process may wait by a cat.
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

/** How long that may take on a busy machine. Elsewhere it is two seconds, and for a crowd less. */
export const END_MS = 4_000

/** The kernel's count, in its own words: `oom_kill N` among the events of cgroup v2, and in another file of v1. */
export const killsIn = (text: string): number => Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0)
