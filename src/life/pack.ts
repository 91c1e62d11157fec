/**
 * What leaves a sandbox: one shell inside it makes a bundle of what HEAD and the files make up, and of work that lies
 * beside. Nothing of it runs on the host. What it finds besides it says on stderr, a line each.
 */
import { PLAIN, SEEK } from './seek.ts'

/** The exit of `PACK` when there is nothing that is not known. */
export const NOTHING_NEW = 3

/**
 * `plain` runs git in the repository $dir, whatever is found around it. `commits` makes a commit of the tree $1 with the
 * subject $2 and the parents that follow: the same one each time.
 */
const GIT = `
dir=.git
plain() { git ${PLAIN.join(' ')} --git-dir="$dir" --work-tree=. "$@"; }
has() { plain cat-file -e "$1^{commit}" 2> /dev/null; }
told() { printf '@ %s %s\\n' "$1" "$2" >&2; }
commits() {
  made=$1 subject=$2
  shift 2
  for on; do
    set -- "$@" -p "$on"
    shift
  done
  printf '%s\\n' "$subject" | GIT_AUTHOR_DATE='@0 +0000' GIT_COMMITTER_DATE='@0 +0000' \\
    git --git-dir="$dir" commit-tree "$@" -F - "$made"
}`

/** Puts all files into the index, but for those that git refuses; \`nested\` are repositories within this one. */
const ADD = `
nested=
add() {
  said=$(plain add --all --ignore-errors 2>&1) && failed= || failed=yes
  new=$(plain -c core.quotePath=false ls-files --stage | sed -n 's/^160000 [^\t]*\t//p')
  [ -z "$new" ] || while IFS= read -r path; do
    [ -z "$(plain ls-tree "$base" -- "$path" 2> /dev/null)" ] || continue
    plain config -f .gitmodules --get-regexp 'submodule\\..*\\.path' "^$path\\$" > /dev/null 2>&1 && continue
    plain update-index --force-remove -- "$path"
    nested="$nested$path
"
  done <<END
$new
END
  case $failed$said in yes*|*'could not open directory'*) ;; *) return 0 ;; esac
  left=$(plain -c core.quotePath=false ls-files --others --exclude-standard; [ -z "$since" ] && plain diff-files --name-only || :)
  [ -z "$left" ] || while IFS= read -r path; do
    case $path in */) nested="$nested\${path%/}
" ;; *) told refused "$path" ;; esac
  done <<END
$left
END
  printf '%s\\n' "$said" | grep -E '^(error|fatal|warning: could not open)' | head -n 40 | while IFS= read -r line; do
    told said "$line"
  done
}`

const SEND = `
send() {
  not=
  ! has "$base" || not="^$base"
  printf '# v2 git bundle\\n%s HEAD\\n' "$head"
  each=0
  for at in $beside; do
    each=$((each + 1))
    printf '%s refs/beside/%s\\n' "$at" "$each"
  done
  echo
  printf '%s\\n' "$head" $beside $not | plain pack-objects --revs --thin --stdout --quiet
}`

const BEGIN = `
base=$1 since=\${2-} reserve=\${3-} reserve_kb=\${4-0}
export LC_ALL=C
${GIT}
${ADD}
${SEEK}
${SEND}`

/** Nobody is at work any more, so locks are nobody's. $1 is the base, $3 the reserve, $4 its KB; the bundle goes out. */
export const PACK = `${BEGIN}
free() { df -Pk . | { read -r _; read -r _ _ _ kb _; echo "$kb"; }; }
if [ -n "$reserve" ]; then
  [ "$(free)" -ge $((reserve_kb / 4)) ] || told full disk
  rm -f "$reserve"
fi
[ -d "$dir" ] && find "$dir" -name '*.lock' -delete
add
plain commit --quiet --allow-empty --no-verify --message work >&2
head=$(plain rev-parse HEAD)
tree=$(plain rev-parse 'HEAD^{tree}')
seek || :
send
if [ -n "$reserve" ] && [ "$(free)" -ge $((reserve_kb * 2)) ]; then
  head -c $((reserve_kb * 1024)) /dev/zero > "$reserve" || rm -f "$reserve"
fi`

/**
 * The same beside an agent at work, whose index, branch and commits stay as they are, unless what there is is $2: the
 * tree, and what lies beside. The index of our own begins as the agent's: that spares reading files.
 */
export const PACK_BESIDE = `${BEGIN}
index="$HOME/.kept-index"
rm -f "$index.lock" "$HOME/.beside-index.lock"
[ ! -e "$dir/index" ] || cp "$dir/index" "$index"
export GIT_INDEX_FILE="$index"
add
tree=$(plain write-tree)
head=$(commits "$tree" work $(plain rev-parse -q --verify HEAD) $(cat "$dir/MERGE_HEAD" 2> /dev/null))
seek || :
[ "$tree$beside" != "$since" ] || exit ${NOTHING_NEW}
send`

/** What there is when the repository is no longer usable: the files, in a new one of our own. */
export const PACK_FILES = `${BEGIN}
dir="$HOME/.rescue/.git"
rm -rf "$HOME/.rescue"
[ "\${#base}" = 64 ] && format=sha256 || format=sha1
git init --quiet --template= --object-format=$format "$HOME/.rescue"
[ -z "$reserve" ] || rm -f "$reserve"
add
head=$(commits "$(plain write-tree)" files)
beside=
send`
