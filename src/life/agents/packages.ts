/** Recipes for the packages that a lockfile names: how they are fetched, and what of them is saved. */
import type { Settings } from '../../settings/settings.ts'

/** Way to fetch the packages of one lockfile. */
export interface Recipe {
  /** Name of the lockfile, at the root of the project. */
  lockfile: string
  /** Command for a shell in the checkout; it runs no script of a package where the tool allows that. */
  fetch: string
  /** Folders of the packages then, below the home: the tool searches them before it asks a registry. */
  folders: string[]
}

const NPM = {
  fetch: 'npm ci --ignore-scripts --no-audit --no-fund --loglevel=error',
  folders: ['.npm/_cacache'],
}

export const RECIPES: Recipe[] = [
  { lockfile: 'package-lock.json', ...NPM },
  { lockfile: 'npm-shrinkwrap.json', ...NPM },
  { lockfile: 'pnpm-lock.yaml', fetch: 'pnpm fetch', folders: ['.local/share/pnpm/store'] },
  {
    lockfile: 'yarn.lock',
    fetch: 'yarn install --frozen-lockfile --ignore-scripts --non-interactive',
    folders: ['.cache/yarn'],
  },
]

type Room = Pick<Settings, 'diskMb' | 'memoryMb'>

/** Maximum bytes of the archive: every sandbox pays for its copy, in memory and in files. */
const mostOf = ({ diskMb, memoryMb }: Room) => Math.floor((Math.min(diskMb, memoryMb) / 4) * 1024 * 1024)

/** Path of the archive, below the home of the sandbox that fetched. */
export const ARCHIVE = 'packages.tar'

/**
 * Script that fetches and archives. It removes installed packages before it makes the archive: they need room, and are
 * not archived.
 */
export const scriptOf = (recipes: Recipe[], room: Room) => `
${recipes.map(({ fetch }) => fetch).join('\n')}
git clean -ffdxq
cd "$HOME"
set -- -T /dev/null
for each in ${recipes.flatMap(({ folders }) => folders).join(' ')}; do
  [ ! -d "$each" ] || set -- "$@" "$each"
done
tar -cf ${ARCHIVE} "$@"
[ "$(wc -c < ${ARCHIVE})" -le ${mostOf(room)} ] || {
  echo "they exceed a quarter of the sandbox's limit (disk_mb, memory_mb)."
  exit 1
}`
