/**
 * Packing of a sandbox's work: one shell inside makes a bundle of HEAD, the files, and the work beside. Nothing of it
 * runs on the host. It reports other findings on stderr, one per line.
 */
import { GATHER } from './gather.ts'
import { SEEK } from './seek.ts'

/** Exit code of `PACK` when everything is known already. */
export const NOTHING_NEW = 3

/**
 * Leaves out the objects $flaws, which the receiving repository has refused: trees that hold them are as in the base,
 * or left out, and the history that may hold them, too, does not come along.
 */
const FLAWS = `
held() { # what of the tree $1 is one of them: type, id and path, a line each
  [ -n "$flaws" ] || return 1
  plain -c core.quotePath=false ls-tree -r -t "$1" | sed 's/^[0-9]* //' | grep -F "$(printf '%s\\n' $flaws)"
}
without() { # the tree $1 without them
  case " $flaws " in *" $1 "*) told flaw "$1 The top folder" ;; esac
  held "$1" > "$own/flawed" || { echo "$1"; return 0; }
  while read -r kind id path; do
    told flaw "$id $path"
    mine rm -r --quiet --force --cached --ignore-unmatch -- "$path"
    plain ls-tree -r "$base" -- "$path" 2> /dev/null | mine update-index --index-info
  done < "$own/flawed"
  mine write-tree
}
on_main() { # what the commit $1 builds on
  plain merge-base --all "$1" "$base" $(plain for-each-ref --format='%(objectname)' refs/remotes/origin) 2> /dev/null || :
}
flawless() { # the commit $1 of what lies beside as $2, unless its files hold them
  its=$(plain rev-parse "$1^{tree}")
  id=$(held "$its" | { read -r kind id path && echo "$id"; }) && told flaw "$id $2" && return 1
  commits "$its" "$(plain log -1 --format=%s "$1")" $(on_main "$1")
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

/**
 * \`makes\` sets $tree to what stands in the checkout, and $head to it as a commit on what HEAD is. Of a HEAD that adds
 * more than the repository takes, $full, that alone goes out, so that it says so soon.
 */
const MAKES = `
full=
makes() {
  if crowded; then
    only_head
    return 0
  fi
  gather "$base"
  tree=$(mine write-tree)
  head=$(commits "$tree" work $(plain rev-parse -q --verify HEAD) $(cat "$dir/MERGE_HEAD" 2> /dev/null | there))
  [ -n "$flaws" ] || return 0
  tree=$(without "$tree")
  head=$(commits "$tree" work $(on_main "$head"))
}
only_head() {
  begin "$base"
  full=yes tree=$(plain rev-parse 'HEAD^{tree}')
  head=$(commits "$tree" work "$(plain rev-parse HEAD)")
}`

const WORDS = `
base=$1 since=\${2-} reserve=\${3-} reserve_kb=\${4-0} flaws=\${5-}
${GATHER}
${FLAWS}
${SEEK}
${SEND}
${MAKES}`

/**
 * Packs when nobody works any more, so locks are abandoned, and the branch moves to what goes out. $1 is the base, $3
 * the reserve, $4 its KB, $5 the refused objects; the bundle is the output.
 */
export const PACK = `${WORDS}
free() { df -Pk . | { read -r _; read -r _ _ _ kb _; echo "$kb"; }; }
settle() {
  [ ! -e "$index" ] || cp "$index" "$dir/index"
  [ ! -s "$own/absent" ] || sed 's/^[^\t]*\t//' "$own/absent" | plain update-index --skip-worktree --stdin
  plain update-ref -m work HEAD "$head"
  for each in MERGE_HEAD MERGE_MSG MERGE_MODE MERGE_RR AUTO_MERGE SQUASH_MSG CHERRY_PICK_HEAD REVERT_HEAD; do
    rm -f "$dir/$each"
  done
}
if [ -n "$reserve" ]; then
  [ "$(free)" -ge $((reserve_kb / 4)) ] || told full disk
  rm -f "$reserve"
fi
finds
find "$dir" -name '*.lock' -delete
makes
[ -n "$flaws$full" ] || settle
seek || :
send
if [ -n "$reserve" ] && [ "$(free)" -ge $((reserve_kb * 2)) ]; then
  head -c $((reserve_kb * 1024)) /dev/zero > "$reserve" || rm -f "$reserve"
fi`

/**
 * Packs beside an agent at work, whose index, branch and commits stay unchanged, unless the state still equals $2: the
 * tree, and the work beside.
 */
export const PACK_BESIDE = `${WORDS}
rm -f "$HOME/.beside-index.lock"
finds
makes
seek || :
[ "$tree$beside" != "$since" ] || exit ${NOTHING_NEW}
send`

/** Packs only the files, in our own repository, when the checkout's is no longer usable. */
export const PACK_FILES = `${WORDS}
export GIT_CONFIG_GLOBAL=/dev/null
dir="$own" objects="$own/objects"
rm -f "$index"
[ -z "$reserve" ] || rm -f "$reserve"
gather ''
head=$(commits "$(without "$(mine write-tree)")" files)
beside=
send`
