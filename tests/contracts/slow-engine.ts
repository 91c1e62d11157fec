/**
 * A `docker` that is slow, or broken, when a test says so: containers are files in a folder, and what runs in them
 * does nothing until it is ended. As with the real one, what it has begun goes on when the program that asked for it is killed.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folder } from './repo.ts'

const SCRIPT = `#!/bin/sh
home=\${0%/*}
verb=$1
shift
hang() { for each; do [ ! -f "$home/containers/$each" ] || echo $$ >> "$home/inside/$each"; done; exec sleep 1000; }
end() { [ ! -f "$home/inside/$1" ] || kill -9 $(cat "$home/inside/$1") 2> /dev/null; rm -f "$home/inside/$1"; }
label() { sed -n "s/^$1=//p" "$home/containers/$id"; }
says=$(cat "$home/says/$verb" 2> /dev/null) && { echo "$says" >&2; exit 1; }
case $verb in
  info) echo '{"ServerVersion":"1.0","OSType":"linux","NCPU":2,"DockerRootDir":"'"$home"'"}' ;;
  image) echo 'sha256:0123456789ab ["PATH=/usr/bin:/bin"]' ;;
  ps) ls "$home/containers" ;;
  stats) ;;
  inspect)
    case $2 in
      *Labels*) shift 2; for id; do echo "$id $(label swarm.owner) $(label swarm.name) $(label swarm.machine)"; done ;;
      *) echo 0 ;;
    esac ;;
  run)
    labels=
    while [ $# -gt 0 ]; do
      case $1 in
        --name) name=$2 ;;
        --label) labels="$labels$2
" ;;
      esac
      shift
    done
    touch "$home/begun"
    setsid sh -c 'while [ -e "$0/hold" ]; do sleep 0.02; done; printf %s "$2" > "$0/containers/$1"; touch "$0/made"' "$home" "$name" "$labels" &
    wait
    echo "$name" ;;
  exec)
    case "$*" in
      *"git init"*) exec cat > /dev/null ;;
      *scripted-agent*) touch "$home/at-work/$$"; hang "$@" ;;
    esac
    [ ! -e "$home/slow" ] || hang "$@"
    case "$*" in *"kill -TERM -1"*) end "$3" ;; esac
    cat > /dev/null ;;
  rm)
    shift 2
    [ ! -e "$home/broken" ] || { echo 'the driver is busy' >&2; exit 1; }
    for id; do rm -f "$home/containers/$id"; end "$id"; done ;;
esac
`

export interface SlowEngine {
  /** The folder with its program, for PATH. */
  bin: string
  containers(): string[]
  /** How many agents work in them. */
  atWork(): number
  /** `hold`: containers are made only once it is off. `slow`: programs inside do not end. `broken`: none is removed. */
  turn(what: 'hold' | 'slow' | 'broken', to: 'on' | 'off'): void
  /** Fails whatever is asked by this verb, in these words; null: no more. */
  fails(verb: string, words: string | null): void
  /** It was asked for a container; it has made one. */
  has(what: 'begun' | 'made'): boolean
}

export function slowEngine(): SlowEngine {
  const bin = folder()
  for (const part of ['containers', 'inside', 'at-work', 'says']) mkdirSync(join(bin, part))
  writeFileSync(join(bin, 'docker'), SCRIPT, { mode: 0o755 })
  return {
    bin,
    containers: () => readdirSync(join(bin, 'containers')),
    atWork: () => readdirSync(join(bin, 'at-work')).length,
    turn: (what, to) => (to === 'on' ? writeFileSync(join(bin, what), '') : rmSync(join(bin, what))),
    fails: (verb, words) =>
      words === null ? rmSync(join(bin, 'says', verb)) : writeFileSync(join(bin, 'says', verb), words),
    has: (what) => existsSync(join(bin, what)),
  }
}
