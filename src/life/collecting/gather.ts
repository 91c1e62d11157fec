/**
 * Shell for the sandbox that makes a tree of a checkout's files: a part of `pack.ts`, in the same words. It takes the
 * files as they stand, under the project's own .gitignore and .gitattributes.
 */
import { MOST_ADDED } from '../../ports/repo.ts'
import { BEGIN, OWN_GIT } from './own-git.ts'

const MOST_NEW = MOST_ADDED + 1

/**
 * Shell functions for ignored files. Those that the checkout's git tracks are part of it, and those that it leaves out
 * are not gone. An index that is lost or empty says nothing. One that was built anew looks like one from which these
 * files were taken on purpose: what is `gone` so is told.
 */
const TRACKED = `
keeps() { [ -n "$(plain ls-files | head -n 1)" ]; }
gone() { # says what is in the sorted list $1 and not in $2
  [ -z "$since" ] || return 0
  comm -23 "$1" "$2" | head -n 40 | while IFS= read -r path; do told gone "$path"; done
}
tracked() {
  keeps || return 0
  plain ls-files --cached --ignored --exclude-standard > "$own/theirs"
  mine ls-files --cached --ignored --exclude-standard > "$own/ours"
  [ -s "$own/theirs" ] || [ -s "$own/ours" ] || return 0
  for each in theirs ours; do sort -u "$own/$each" > "$own/$each.sorted"; done
  gone "$own/ours.sorted" "$own/theirs.sorted"
  comm -13 "$own/theirs.sorted" "$own/ours.sorted" | mine update-index --force-remove --stdin
  comm -23 "$own/theirs.sorted" "$own/ours.sorted" | mine update-index --add --remove --stdin || :
}
sparse() { plain -c core.sparseCheckout=true -c sparse.expectFilesOutsideOfPatterns=false "$@"; }
skipped() { # entries of an index that are not in the checkout, and are not gone; more than $most are more than may be added
  sparse ls-files -t --stage > "$own/files"
  sed -n 's/^S //p' "$own/files" | head -n "$most"
}
outside() { # the same by what is left out of the base
  rm -f "$own/outside"
  has "$base" && [ "$(plain config --type=bool core.sparseCheckout)" = true ] || return 0
  mkdir -p "$own/empty"
  (
    export GIT_INDEX_FILE="$own/outside"
    sparse read-tree "$base" && (place="$own/empty" && sparse read-tree -m -u "$base") && skipped
  )
}
absent() {
  skipped > "$own/absent"
  outside > "$own/left-out"
  if keeps; then
    sed 's/^[^\t]*\t//' "$own/left-out" | sort -u > "$own/ours.sorted"
    plain ls-files | sort -u > "$own/theirs.sorted"
    gone "$own/ours.sorted" "$own/theirs.sorted"
  else
    cp "$own/left-out" "$own/absent"
  fi
  [ ! -s "$own/absent" ] || mine update-index --index-info < "$own/absent"
}`

/** Finds nested repositories, and takes those out of the index that stand for nothing of `main`. */
const NESTED = `
nests_out() {
  new=$(mine -c core.quotePath=false ls-files --stage | sed -n 's/^160000 [^\t]*\t//p')
  [ -z "$new" ] || while IFS= read -r path; do
    nested="$nested$path
"
    [ -z "$(plain ls-tree "$base" -- "$path" 2> /dev/null)" ] || continue
    plain config -f "$place/.gitmodules" --get-regexp 'submodule\\..*\\.path' "^$path\\$" > /dev/null 2>&1 && continue
    mine update-index --force-remove -- "$path"
  done <<END
$new
END
}`

/** Reports the paths that git refuses to take, and those that the checkout's own git hides. */
const SAID = `
refuses() {
  case $failed$said in yes*|*'could not open directory'*) ;; *) return 0 ;; esac
  left=$(mine -c core.quotePath=false ls-files --others --exclude-standard; [ -z "$since" ] && mine diff-files --name-only || :)
  [ -z "$left" ] || while IFS= read -r path; do
    case $path in */) nested="$nested\${path%/}
" ;; *) told refused "$path" ;; esac
  done <<END
$left
END
  printf '%s\\n' "$said" | grep -E '^(error|fatal|warning: could not open)' | head -n 40 | while IFS= read -r line; do
    told said "$line"
  done
}
others() { mine -c core.quotePath=false ls-files --others --exclude-standard --directory --no-empty-directory | sort; }
hidden() {
  : > "$own/hides"
  [ -z "$since" ] && grep -q '^[^#]' "$own/info/exclude" || return 0
  others > "$own/shown"
  : > "$own/info/exclude"
  others | comm -13 "$own/shown" - | head -n 40 > "$own/hides"
  while IFS= read -r path; do told hidden "$path"; done < "$own/hides"
}`

/** Script whose `gather` puts all files of $place into our own index, which begins as $1. */
export const GATHER = `${OWN_GIT}
${BEGIN}
${TRACKED}
${NESTED}
${SAID}
nested=
most=${MOST_NEW}
crowded() { # whether HEAD adds more to $base than may be added: then nobody lists its files
  [ -n "$base" ] || return 1
  most=$(($(plain ls-tree -r --name-only "$base" 2> /dev/null | wc -l) + most))
  [ "$(plain ls-tree -r --name-only HEAD 2> /dev/null | head -n "$most" | wc -l)" -ge "$most" ]
}
gather() {
  begin "$1"
  said=$(mine add --all --ignore-errors 2>&1) && failed= || failed=yes
  tracked
  nests_out
  refuses
  absent
  hidden
}`
