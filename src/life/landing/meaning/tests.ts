/** Test files, by the conventions of their languages. */

const CODE =
  /\.([cm]?[jt]sx?|vue|svelte|py|rb|go|rs|java|kts?|groovy|scala|cs|fs|vb|swift|m|php|exs?|erl|clj[cs]?|dart|lua|pl|t|r|jl|hs|ml|nim|zig|c|cc|cpp|cxx|h|hpp|sh|bats|feature|robot|sql|snap)$/i

const IN_A_FOLDER =
  /(^|\/)(tests?|__tests__|__snapshots__|specs?|e2e|cypress|integration[_-]?tests?|testing|t)\//i

const BY_NAME = [
  /[._-](test|tests|spec|specs|e2e|cy|bench_test|snap)\.[\w.]+$/i,
  /(^|\/)(test|tests|spec|conftest)\.\w+$/i,
  /(^|\/)test[_-][^/]+$/i,
  /[^/](Test|Tests|TestCase|Spec|Specs)\.\w+$|[a-z0-9]IT\.\w+$/,
]

/** True for the path of a test, or of code that only tests use. */
export const isTest = (path: string): boolean =>
  CODE.test(path) && (IN_A_FOLDER.test(path) || BY_NAME.some((name) => name.test(path)))

/** True for a test that a runner finds by its name alone. */
const isNamed = (path: string): boolean =>
  CODE.test(path) &&
  !isLeftOut(path) &&
  (path.endsWith('.go') ? GO.test(path) : BY_NAME.some((name) => name.test(path)))

/** True for places where runners do not look: samples, hidden files, code of others. */
export const isLeftOut = (path: string): boolean => LEFT_OUT.test(path)

/** Pattern of Go tests; a name may also name another system. */
const GO =
  /(?<!_(windows|darwin|plan9|js|wasip1|freebsd|netbsd|openbsd|solaris|illumos|aix|android|ios|dragonfly|386|arm|wasm|riscv64|ppc64|s390x))_test\.go$/

const LEFT_OUT = /(^|\/)((node_modules|vendor|fixtures?|__fixtures__|testdata)\/|\.|_(?!_))/i

/** True when a renamed test no longer counts as one, by its name; `hasTests`: it holds some. */
export const isLost = (from: string, path: string, hasTests: boolean): boolean =>
  (isNamed(from) && !isNamed(path)) || (hasTests && isTest(from) && !isTest(path))
