/**
 * Search for work in a repository within the checkout's, by a shell in the sandbox: a part of `seek.ts`, with its
 * words.
 */

/** Beginning of the subject of a commit that keeps work from beside. */
export const BESIDE = 'beside: '

/** The files of each repository in `nested`, its other branches and its stashes, as if they were files of the checkout. */
export const NESTS = `
within() { # the tree $1 in place of the nested repository $2, found as $3
  [ -n "$(plain ls-tree "$1")" ] || return 0
  own read-tree "$tree"
  own update-index --force-remove -- "$2"
  own read-tree --prefix="$2/" "$1" || return 0
  cand "$(commits "$(own write-tree)" "${BESIDE}$3" "$head")" "$3"
}
inner() { (dir="$PWD/$path/.git"; plain "$@"); } # git in the nested repository $path
inner_refs() { # what it holds that its HEAD does not: a commit and its name each
  known=$(inner rev-parse -q --verify HEAD) || known=
  inner for-each-ref \${known:+--no-merged=$known} --format='%(objectname) branch %(refname)' |
    grep -Ev ' refs/(stash$|remotes/)' | sed 's, refs/heads/, ,' | head -n 20
  ! inner rev-parse -q --verify refs/stash > /dev/null || inner log -g --format='%H stash %gd' refs/stash | head -n 20
}
nests() {
  [ -z "$nested" ] || while IFS= read -r path; do
    [ -n "$path" ] || continue
    case "
$linked
" in *"
$(cd "$path" && pwd -P)
"*) continue ;; esac
    rm -f "$HOME/.beside-index"
    its=$(tree_of "$PWD/$path" "$HOME/.beside-index" '' "$PWD/$path/.git") || continue
    within "$its" "$path" "nested $path"
    [ "$(inner rev-parse --path-format=absolute --git-common-dir)" != "$dir" ] || continue
    inner_refs > "$own/inner"
    while read -r at what; do
      its=$(inner rev-parse -q --verify "$at^{tree}") || continue
      echo "$its" | inner pack-objects --revs --stdout --quiet | plain unpack-objects -q || continue
      within "$its" "$path" "within $what of the nested repository $path"
    done < "$own/inner"
  done <<END
$nested
END
}`
