/** Search for work that lies beside HEAD, by a shell in the sandbox: a part of `pack.ts`, with its words. */
import { BESIDE, NESTS } from './nests.ts'

/** Work beside HEAD ($head, whose tree is $tree), each as a commit of its own, into \`beside\`. */
export const SEEK = `${NESTS}
found=
heads=
cand() { # a commit and where it was found
  case "$heads " in *" $1 "*) return 0 ;; esac
  has "$1" || return 0
  heads="$heads $1"
  found="$found$1 $2
"
}
own() { (index="$HOME/.beside-index"; mine "$@"); }
tree_of() { # the tree of the files in the folder $1 of the repository $4, with an index that is kept as $2 and begins as $3
  (since=yes place=$1 dir=$4 index=$2; gather "$3" > /dev/null 2>&1 && mine write-tree)
}
moved() { # where the linked worktree is now that the repository knows as $1, and once was at $2
  find "\${2%/*}" "$PWD/.." "$HOME" -xdev -maxdepth 3 -name .git -type f 2> /dev/null | while IFS= read -r each; do
    grep -qxF "gitdir: $1" "$each" && echo "\${each%/.git}" && break
  done
}
staged() { # the tree of the index $1
  cp "$1" "$HOME/.beside-index" && own write-tree
}
worktrees() {
  each=0
  for knows in "$dir"/worktrees/*; do
    [ -f "$knows/HEAD" ] && [ "$each" -lt 100 ] || continue
    each=$((each + 1))
    path=$(sed 's,/[.]git$,,' "$knows/gitdir" 2> /dev/null) || :
    at=$(plain rev-parse -q --verify "worktrees/\${knows##*/}/HEAD^{commit}") || at=$base
    has "$at" || continue
    was=$path
    [ -d "$path" ] || path=$(moved "$knows" "$path")
    if [ -n "$path" ]; then
      linked="$linked$path
"
      where="worktree $path"
      its=$(tree_of "$path" "$index-$(printf %s "$path" | cksum | cut -d ' ' -f 1)" "$at" "$knows") || continue
    else
      where="gone $was"
      its=$(staged "$knows/index" 2> /dev/null) || its=$(plain rev-parse "$at^{tree}")
    fi
    [ "$its" = "$(plain rev-parse "$at^{tree}")" ] || at=$(commits "$its" "${BESIDE}$where" "$at")
    cand "$at" "$where"
  done
}
stash() { # the stash $1, found as $2, with the files in it that git does not track
  its=$(plain rev-parse "$1^{tree}")
  if plain rev-parse -q --verify "$1^3" > /dev/null; then
    rm -f "$HOME/.beside-index"
    own read-tree "$its"
    plain ls-tree -r -z "$1^3" | own update-index -z --index-info
    its=$(own write-tree)
  fi
  cand "$(commits "$its" "${BESIDE}$2" "$(plain rev-parse "$1^1")")" "$2"
}
stashes() {
  ! plain rev-parse -q --verify refs/stash > /dev/null ||
    stashed=$(plain log -g --format=%H refs/stash | head -n 100)
  each=0
  for at in $stashed; do
    stash "$at" "stash stash@{$each} ($(plain log -1 --format=%s "$at"))"
    each=$((each + 1))
  done
  for at in $(cat "$dir/MERGE_AUTOSTASH" "$dir/rebase-merge/autostash" "$dir/rebase-apply/autostash" 2> /dev/null); do
    has "$at" || continue
    stash "$at" "autostash $at"
    stashed="$stashed $at"
  done
}
branches() {
  known=$(for each in "$head" "$base"; do ! has "$each" || printf -- '--no-merged=%s ' "$each"; done)
  refs=$(plain for-each-ref $known --format='%(refname)' |
    grep -Ev '^refs/(stash$|bisect/|original/|rewritten/|worktree/|swarm/)' | head -n 100)
  for ref in $refs; do
    at=$(plain rev-parse -q --verify "$ref^{commit}") || continue
    case $ref in refs/heads/* | refs/tags/*) ref=\${ref#refs/*/} ;; esac
    cand "$at" "branch $ref"
  done
}
hides() { # files that the checkout's git hides, unless they are many or large, as if they were part of the change
  [ -s "$own/hides" ] || return 0
  rm -f "$HOME/.beside-index"
  own read-tree "$tree"
  while IFS= read -r path; do
    [ "$(du -sk -- "$path" | cut -f 1)" -le 10240 ] && [ "$(find "./$path" | head -n 1001 | wc -l)" -le 1000 ] || continue
    own add -- "$path" || :
  done < "$own/hides"
  its=$(own write-tree)
  [ "$its" = "$tree" ] || cand "$(commits "$its" "${BESIDE}hidden" "$head")" hidden
}
left() { # the commit $1, which no name leads to any more
  cand "$1" "left $1"
}
aside() { # commits that HEAD was at when something else was checked out
  gone=$(plain log -g --format='%H %gs' HEAD 2> /dev/null |
    awk 'was { print $1 } { was = $2 " " $3 == "checkout: moving" }' | sort -u | head -n 100)
  [ -n "$gone" ] || return 0
  for at in $(plain rev-list --max-count=100 $gone --not "$head" "$base" $heads $stashed $fetched); do left "$at"; done
}
behind() {
  begun=$(plain merge-base "$head" "$base" 2> /dev/null) || return 0
  case " $(plain rev-parse "$base^{tree}") $(plain rev-parse "$begun^{tree}") " in *" $tree "*) ;; *) return 0 ;; esac
  at=$(plain rev-list --max-count=1 --reflog --not "$head" "$base" $heads $stashed $fetched)
  [ -z "$at" ] || left "$at"
}
seek() {
  linked=
  stashed=
  fetched=$(plain for-each-ref --format='%(objectname)' refs/remotes/origin | there)
  worktrees; stashes; branches; nests; hides; aside; behind
  beside=
  [ -n "$heads" ] || return 0
  alone=" $(plain merge-base --independent $heads "$head" $(! has "$base" || echo "$base") | tr '\\n' ' ')"
  while read -r at where; do
    case "$alone" in *" $at "*) ;; *) continue ;; esac
    case $(plain log -1 --format=%s "$at") in
      "${BESIDE}$where") ;;
      *)
        its=$(plain rev-parse "$at^{tree}")
        ! has "$base" || [ -n "$(plain merge-base "$at" "$base")" ] || at=$base
        at=$(commits "$its" "${BESIDE}$where" "$at") || continue
    esac
    [ -z "$flaws" ] || at=$(flawless "$at" "$where") || continue
    beside="$beside $at"
  done <<END
\${found%?}
END
}`
