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
