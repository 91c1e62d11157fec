/** Image of a project's sandboxes: named by a digest of its inputs, and built when they change. */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Trouble } from '../../ports/trouble.ts'
import type { Engine } from './engine.ts'

/** Image that exists in the engine. */
export interface Image {
  /** Id (`sha256:…`), not a name that could move to another image. */
  id: string
  /** PATH that the image sets. */
  searchPath: string
}

/** Inputs of an image. */
export interface Recipe {
  /** Repository part of the image's name. */
  name: string
  /** Base image. */
  from: string
  /** Build context; `Dockerfile` is one of the files. */
  files: Record<string, string | Buffer>
}

/** Options of a build. */
export interface Building {
  /** True: build even when it exists. */
  anew: boolean
  /** Folder for the build context while it is needed; made when it is missing. */
  folder: string
  /** Receives each line of a build, and a first one about it. */
  onLine: (line: string) => void
  signal: AbortSignal
}

/** Image that is rebuilt when it is gone: once, for all who wait for it. */
export interface LastingImage {
  now(): Image
  /**
   * Calls `use` with the image, and again after a rebuild when it was gone. The signal ends the wait, not the build.
   */
  usedBy(use: (image: Image) => Promise<void>, signal: AbortSignal): Promise<void>
}

/** Holds `image`; `renew` rebuilds it, and `note` receives a line when that begins. */
export function lastingImage({ image, renew, note }: Lasting): LastingImage {
  let current = image
  let renewing: Promise<void> | null = null
  const renewed = () => {
    if (renewing === null) {
      note('the sandbox image is missing and will be rebuilt')
      renewing = renew()
        .then((made) => {
          current = made
          note('the sandbox image was rebuilt')
        })
        .finally(() => {
          renewing = null
        })
    }
    return renewing
  }
  return {
    now: () => current,
    async usedBy(use, signal) {
      const used = current
      try {
        await use(used)
      } catch (failure) {
        if (!(failure instanceof Trouble && GONE.test(failure.message))) throw failure
        // Somebody else may have made it again since.
        if (current === used) await Promise.race([renewed(), aborted(signal)])
        signal.throwIfAborted()
        await use(current)
      }
    },
  }
}

interface Lasting {
  image: Image
  renew: () => Promise<Image>
  note: (line: string) => void
}

const GONE = /no such image|image not known/i

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Finds the image of a recipe; null when it is not built. */
export const imageThere = async (engine: Engine, recipe: Recipe): Promise<Image | null> =>
  inspect(engine, `${recipe.name}:${await digestOf(engine, recipe)}`)

/** Finds or builds the image of a recipe. Throws Trouble with the end of a failed build's output. */
export async function imageOf(engine: Engine, recipe: Recipe, building: Building): Promise<Image> {
  const tag = `${recipe.name}:${await digestOf(engine, recipe)}`
  const there = await inspect(engine, tag)
  if (there && !building.anew) return there
  await build(engine, { recipe, tag }, building)
  const built = await inspect(engine, tag)
  if (!built) throw new Trouble('sandbox', `The image ${tag} was built and is not there.`)
  await removeOlder(engine, recipe.name, tag)
  // Its name is the new one's by now; without one nobody would ever find it.
  if (there && there.id !== built.id) await removed(engine, there.id)
  return built
}

async function digestOf(engine: Engine, { from, files }: Recipe): Promise<string> {
  const hash = createHash('sha256').update(`${(await inspect(engine, from))?.id ?? from}\0`)
  for (const path of Object.keys(files).sort()) hash.update(`${path}\0`).update(files[path]!).update('\0')
  return hash.digest('hex').slice(0, 16)
}

async function inspect(engine: Engine, tag: string): Promise<Image | null> {
  // Not all of it by `{{json .}}`: Podman gives something else for that.
  const format = '{{.Id}} {{json .Config.Env}}'
  const found = await engine.ask(['image', 'inspect', '--format', format, tag]).catch((failure) => {
    if (/no such image|not known|not found/i.test(failure.message)) return null
    throw failure
  })
  if (found === null) return null
  const [id, env] = [found.slice(0, found.indexOf(' ')), found.slice(found.indexOf(' ') + 1)]
  const variables = (JSON.parse(env) ?? []) as string[]
  const path = variables.find((each) => each.startsWith('PATH='))?.slice('PATH='.length)
  return { id, searchPath: path ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }
}

async function build(
  engine: Engine,
  { recipe, tag }: { recipe: Recipe; tag: string },
  { anew, folder, onLine, signal }: Building,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const context = await mkdtemp(join(folder, 'image-'))
  const last: string[] = []
  const heard = (line: string) => {
    last.push(line)
    if (last.length > 15) last.shift()
    onLine(line)
  }
  try {
    for (const [path, content] of Object.entries(recipe.files)) {
      await mkdir(dirname(join(context, path)), { recursive: true })
      await writeFile(join(context, path), content)
    }
    onLine(`Building the image ${tag} …`)
    const afresh = anew ? ['--no-cache'] : []
    const args = ['build', ...afresh, '--build-arg', `FROM=${recipe.from}`, '--tag', tag, context]
    const exit = await engine.follow(args, { onLine: heard, signal })
    if (exit === 0) return
    const why = signal.aborted ? 'it was called off' : `exit ${exit}`
    throw new Trouble('sandbox', `The image could not be built (${why}):\n${last.join('\n')}`, {
      retryable: false,
    })
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}

async function removeOlder(engine: Engine, name: string, tag: string): Promise<void> {
  const listed = await engine.ask(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', name])
  for (const other of listed.split('\n').filter((each) => each !== '' && !each.endsWith(tag)))
    await removed(engine, other)
}

/** Removes an image; one that a container still uses stays. */
const removed = (engine: Engine, image: string) => engine.ask(['image', 'rm', image]).catch(() => {})
