/** Which files are tests, by the conventions of their languages. */

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

/** Whether a path is that of a test, or of code that only tests use. */
export const isTest = (path: string): boolean =>
  CODE.test(path) && (IN_A_FOLDER.test(path) || BY_NAME.some((name) => name.test(path)))

/** Whether a test's runner takes it by its name alone. */
const isNamed = (path: string): boolean =>
  CODE.test(path) &&
  !isLeftOut(path) &&
  (path.endsWith('.go') ? GO.test(path) : BY_NAME.some((name) => name.test(path)))

/** Whether it lies where runners do not look: samples, what is hidden, what others wrote. */
export const isLeftOut = (path: string): boolean => LEFT_OUT.test(path)

/** A name may also say for which other system it is. */
const GO =
  /(?<!_(windows|darwin|plan9|js|wasip1|freebsd|netbsd|openbsd|solaris|illumos|aix|android|ios|dragonfly|386|arm|wasm|riscv64|ppc64|s390x))_test\.go$/

const LEFT_OUT = /(^|\/)((node_modules|vendor|fixtures?|__fixtures__|testdata)\/|\.|_(?!_))/i

/** Whether a test that is called `path` now is no test any more, by its name; `hasTests`: there are some in it. */
export const isLost = (from: string, path: string, hasTests: boolean): boolean =>
  (isNamed(from) && !isNamed(path)) || (hasTests && isTest(from) && !isTest(path))
