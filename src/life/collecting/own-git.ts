/**
 * Repository and index of our own in the sandbox, beside the checkout's: a part of `pack.ts`, in the same words.
 * Settings that an agent, or a tool that it ran, has made in the checkout's own git decide nothing here.
 */

/** Settings without the hooks of the agent or the project; names beyond plain ASCII are printed quoted. */
export const PLAIN = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=true',
  'commit.gpgSign=false',
].flatMap((setting) => ['-c', setting])

/** Settings that ignore the home's files, and refuse every name that is git's own on some disk. */
const MINE = [
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.protectHFS=true',
  'core.protectNTFS=true',
].flatMap((setting) => ['-c', setting])

/**
 * Script for a checkout that no agent has seen yet. Its index spares reading all files once more, and does not report
 * files as changed that git would write differently from `main`.
 */
export const KEEP_INDEX = 'cp .git/index "$HOME/.kept-index"'

/**
 * Functions of the script: `plain` runs git in the repository $dir of the files in $place, `mine` in our own, which
 * shares its objects. `commits` makes a commit of the tree $1 with the subject $2 and the parents that follow: the same
 * one each time.
 */
export const OWN_GIT = `
dir=.git place=. own="$HOME/.kept/.git" index="$HOME/.kept-index"
export LC_ALL=C GIT_NO_REPLACE_OBJECTS=1 GIT_GRAFT_FILE="$HOME/.kept/no-grafts" GIT_SHALLOW_FILE= GIT_LITERAL_PATHSPECS=1
plain() { git ${PLAIN.join(' ')} --git-dir="$dir" --work-tree="$place" "$@"; }
mine() {
  GIT_CONFIG_GLOBAL=/dev/null GIT_OBJECT_DIRECTORY="$objects" GIT_INDEX_FILE="$index" \\
    git ${[...PLAIN, ...MINE].join(' ')} --git-dir="$own" --work-tree="$place" "$@"
}
finds() {
  folders=$(plain rev-parse --path-format=absolute --git-dir --git-path objects)
  { read -r dir; read -r objects; } <<END
$folders
END
}
has() { plain cat-file -e "$1^{commit}" 2> /dev/null; }
there() { # of lines, those that are commits of the repository
  while read -r at; do ! has "$at" || echo "$at"; done
}
told() { printf '@ %s %s\\n' "$1" "$2" >&2; }
commits() {
  made=$1 subject=$2
  shift 2
  for on; do
    set -- "$@" -p "$on"
    shift
  done
  who=\${GIT_AUTHOR_NAME-swarm} mail=\${GIT_AUTHOR_EMAIL-swarm@localhost}
  printf '%s\\n' "$subject" | GIT_AUTHOR_DATE='@0 +0000' GIT_COMMITTER_DATE='@0 +0000' \\
    GIT_AUTHOR_NAME="$who" GIT_COMMITTER_NAME="$who" GIT_AUTHOR_EMAIL="$mail" GIT_COMMITTER_EMAIL="$mail" \\
    mine commit-tree "$@" -F - "$made"
}`

/**
 * Makes our own repository anew; its index stays, and begins as $1 when there is no usable one. Files that the
 * checkout's git hides stay hidden. A filter runs where `main` itself names it, since only the checkout defines it.
 */
export const BEGIN = `
begin() {
  [ "\${#base}" = 64 ] && format=sha256 || format=sha1
  hiding=$(plain config --type=path core.excludesFile || echo "\${XDG_CONFIG_HOME:-$HOME/.config}/git/ignore")
  hides=$(for each in "$(plain rev-parse --git-path info/exclude)" "$hiding"; do
    cat "$each" 2> /dev/null && echo || :
  done)
  filters=$(plain config --get-regexp '^filter[.]') || :
  rm -rf "$HOME/.kept" "$index.lock"
  GIT_CONFIG_GLOBAL=/dev/null git init --quiet --template= --object-format=$format "$HOME/.kept"
  mkdir -p "$own/info"
  printf '%s\\n' "$hides" > "$own/info/exclude"
  [ -z "$filters" ] || named=" $(GIT_LITERAL_PATHSPECS=0 plain grep -h -o 'filter=[^ \t]*' "$base" -- ':(glob)**/.gitattributes' | tr '\\n' ' ')"
  [ -z "$filters" ] || while read -r key value; do
    name=\${key#filter.}
    case "$named" in *" filter=\${name%.*} "*) mine config "$key" "$value" ;; esac
  done <<END
$filters
END
  [ -e "$index" ] && mine write-tree > /dev/null 2>&1 && return 0
  rm -f "$index"
  mine read-tree "$1" 2> /dev/null || :
}`
