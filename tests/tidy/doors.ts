/** What only one place may do. */
import { codeOf } from './code.ts'
import { type Finding, finding, isCode, type Source } from './source.ts'

const inSource = (sources: Source[]): Source[] =>
  sources.filter((source) => isCode(source) && source.path.startsWith('src/'))

/** The environment is read by `main/`; a program that runs alone in a sandbox reads its own. */
const READS_ENVIRONMENT = ['src/main/', 'src/harnesses/scripted/agent.ts']

export function environment(sources: Source[]): Finding[] {
  return inSource(sources)
    .filter(({ path }) => !READS_ENVIRONMENT.some((allowed) => path.startsWith(allowed)))
    .flatMap((source) => {
      const { uses, taken, imports } = codeOf(source)
      const taking = taken.filter(({ name, of }) => name === 'env' && of === 'process')
      const importing = imports.filter(
        ({ specifier, names }) => /^(node:)?process$/.test(specifier) && names.includes('env'),
      )
      return [...uses.filter(({ name }) => name === 'process.env'), ...taking, ...importing].map(({ line }) =>
        finding(source.path, line, 'reads the environment: only src/main/ does; take it as a parameter.'),
      )
    })
}

/** What the pure core must not touch; time and chance come in with the commands. */
const IMPURE =
  /^(process|globalThis|console|fetch|crypto|performance|setTimeout|setInterval|setImmediate|Date\.now|Math\.random)$/

export function purity(sources: Source[]): Finding[] {
  return inSource(sources)
    .filter(({ path }) => path.startsWith('src/ticket/'))
    .flatMap((source) => {
      const { uses, clocks } = codeOf(source)
      const impure = uses.filter(({ name }) => IMPURE.test(name))
      const advice = (what: string) => `uses ${what}: the core is pure; let the command carry the value.`
      return [
        ...impure.map(({ name, line }) => finding(source.path, line, advice(name))),
        ...clocks.map((line) => finding(source.path, line, advice('the clock'))),
      ]
    })
}

/** `decide` is asked in one place, which writes what it says. */
export function oneDoor(sources: Source[]): Finding[] {
  return inSource(sources)
    .filter(({ path }) => path !== 'src/life/apply.ts')
    .flatMap((source) =>
      codeOf(source)
        .imports.filter(
          ({ file, names }) =>
            file === 'src/ticket/decide.ts' && !names.every((name) => name === 'decideCreate'),
        )
        .map(({ line }) =>
          finding(source.path, line, 'asks the rules itself: only src/life/apply.ts does; call `apply`.'),
        ),
    )
}

/** `main` is moved in one place, which holds the receipt. */
export function oneMergeQueue(sources: Source[]): Finding[] {
  return inSource(sources)
    .filter(({ path }) => path !== 'src/life/landing/land.ts')
    .flatMap((source) => {
      const { uses, taken } = codeOf(source)
      const moves = [
        ...uses.filter(({ name }) => name.endsWith('.advance')),
        ...taken.filter(({ name }) => name === 'advance'),
      ]
      return moves.map(({ line }) =>
        finding(
          source.path,
          line,
          'moves `main`: only src/life/landing/land.ts does, with a green receipt in hand.',
        ),
      )
    })
}

/** SQL lies in files of its own, beside the store that runs it. */
export function sql(sources: Source[]): Finding[] {
  return inSource(sources)
    .filter(({ path }) => !path.startsWith('src/stores/'))
    .flatMap((source) =>
      codeOf(source)
        .imports.filter(({ specifier }) => /\.sql$|sqlite$|^pg$/.test(specifier))
        .map(({ line }) => finding(source.path, line, 'speaks SQL: only src/stores/ does; ask the store.')),
    )
}
