/** The simulator's repository keeps the contract of the real one, as far as it holds no bundles and no hostile objects. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { CommitInfo, Received } from '../../src/ports/repo.ts'
import { folder, git, type RepoCase, repoContract, workIn } from '../contracts/repo.ts'
import { repoPourContract } from '../contracts/repo-pour.ts'
import { repoRefsContract } from '../contracts/repo-refs.ts'
import { type Disk, type Entry, keepTree, memoryRepo, newDisk, type Tree, write } from './repo.ts'

const MEMORY: RepoCase = {
  async make({ branch, files }) {
    const source = folder()
    const clone = workIn(source)
    git(source, 'init', '--quiet', `--initial-branch=${branch}`)
    clone.put(files)
    const first = clone.commit('Begin')
    const disk = newDisk(branch, Object.fromEntries(treeIn(source, first)))
    adopt(disk, source, first)
    disk.refs.set(`refs/heads/${branch}`, first)
    const repo = memoryRepo(disk, source)
    return {
      ...repo,
      async receive(bundle, ref, beside) {
        disk.bundles.set(bundle, fromBundle(disk, source, bundle))
        return repo.receive(bundle, ref, beside)
      },
    }
  },
  skip: [
    {
      reason: 'work reaches the memory as objects, not as files that could be broken',
      tests: [
        'refuses what is no bundle',
        'refuses a truncated bundle and one with a flipped byte',
        'says of a bundle of another history that it builds on nothing, and refuses a part of one',
        'refuses all of a bundle when what comes along does not pass the checks',
        'refuses a bundle without a HEAD',
        'refuses a tree that would write into .git',
      ],
    },
  ],
}

repoContract('memory', MEMORY)
repoPourContract('memory', MEMORY)
repoRefsContract('memory', MEMORY)

/** Real git reads the bundle; its commits come in under their own names. */
function fromBundle(disk: Disk, source: string, bundle: string): Received {
  const text = readFileSync(bundle, 'latin1')
  const refs = [...text.matchAll(/^([0-9a-f]{40}) (HEAD|refs\/beside\/\d+)$/gm)]
  const ids = new Map(refs.map(([, id, ref]) => [ref!, id!]))
  git(source, 'fetch', '--quiet', bundle, ...ids.keys())
  const { HEAD: head, ...along } = Object.fromEntries(ids)
  const beside = Object.values(along).map((id) => adopt(disk, source, id))
  return { ...adopt(disk, source, head!), beside }
}

function adopt(disk: Disk, source: string, commit: string): CommitInfo {
  const known = disk.commits.get(commit)
  if (known) return known
  const parents = git(source, 'log', '-1', '--format=%P', commit).split(' ').filter(Boolean)
  for (const parent of parents) adopt(disk, source, parent)
  const message = git(source, 'log', '-1', '--format=%B', commit)
  const tree = keepTree(disk, new Map(treeIn(source, commit)))
  const made = write(disk, { tree, parents, message, author: 'Ann <ann@example.com>', at: 1_700_000_000 })
  const info = { ...disk.commits.get(made)!, commit }
  disk.commits.set(commit, info)
  return info
}

function treeIn(source: string, commit: string): [string, Entry][] {
  const list = execFileSync('git', ['ls-tree', '-r', '-z', commit], { cwd: source }).toString()
  const tree: Tree = new Map()
  for (const line of list.split('\0').filter(Boolean)) {
    const [mode, , oid] = line.slice(0, line.indexOf('\t')).split(' ')
    const text = execFileSync('git', ['cat-file', 'blob', oid!], { cwd: source }).toString('latin1')
    tree.set(line.slice(line.indexOf('\t') + 1), { mode: mode!, text })
  }
  return [...tree]
}
