/** How the packages that a lockfile names are fetched, and what of them is kept. */
import type { Settings } from '../../settings/settings.ts'

export interface Recipe {
  /** At the root of the project. */
  lockfile: string
  /** Run by a shell in the checkout; no script of a package runs where that can be said. */
  fetch: string
  /** Where the packages are then, below the home: what the tool looks through before it asks a registry. */
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

/** Every sandbox pays for its copy, in memory and in files. */
const mostOf = ({ diskMb, memoryMb }: Room) => Math.floor((Math.min(diskMb, memoryMb) / 4) * 1024 * 1024)

/** Below the home of the sandbox that fetched. */
export const ARCHIVE = 'packages.tar'

/** The installed ones go before the archive is made: they need room, and are not what is kept. */
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
  echo "they take more than a quarter of what a sandbox may hold (disk_mb, memory_mb)."
  exit 1
}`
