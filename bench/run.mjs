// `npm run bench -- busy|claims|cli|dashboard|gateway|hostile|merge-queue|lives|packages|sandbox|server [arguments]`: each beside its baseline, in one run.
const BENCHES = [
  'busy',
  'claims',
  'cli',
  'dashboard',
  'gateway',
  'hostile',
  'merge-queue',
  'lives',
  'packages',
  'sandbox',
  'server',
]

const [name, ...args] = process.argv.slice(2)
if (!BENCHES.includes(name)) {
  console.error(`npm run bench -- ${BENCHES.join('|')}`)
  process.exit(2)
}
await (await import(`./${name}.mjs`)).run(args)
