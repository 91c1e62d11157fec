/** What a hostile agent does so that less than a kilobyte out of its sandbox is a million paths, as scripts of the shell. */

/** Makes the commit `$bomb`: folders of ten that are all the same, six deep. */
const BOMB = `mode=100755 type=blob id=$(echo x | git hash-object -w --stdin)
for level in 1 2 3 4 5 6; do
  id=$(for n in 0 1 2 3 4 5 6 7 8 9; do printf '%s %s %s\\tn%s\\n' $mode $type $id $n; done | git mktree)
  mode=040000 type=tree
done
tree=$({ git ls-tree HEAD; printf '040000 tree %s\\tbomb\\n' $id; } | git mktree)
bomb=$(git commit-tree $tree -p HEAD -m bomb)`

/**
 * The commit as HEAD, where only `folder` is checked out. An index that has a folder in one entry, so that nobody in there
 * has to write out a million.
 */
export const onHead = (folder: string): string => `${BOMB}
git sparse-checkout set --cone --sparse-index ${folder}
git reset -q --hard $bomb`

/** The same on another branch, beside a change that could land. */
export const BESIDE = `${BOMB}
echo x > more.txt
git branch bomb $bomb`
