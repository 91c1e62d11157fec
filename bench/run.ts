/** `npm run bench -- NAME [arguments]`: each beside its baseline, in one run. */
const BENCHES: Record<string, () => Promise<{ run(args: string[]): Promise<void> }>> = {
  busy: () => import('./busy.ts'),
  claims: () => import('./claims.ts'),
  cli: () => import('./cli.ts'),
  dashboard: () => import('./dashboard.ts'),
  gateway: () => import('./gateway.ts'),
  hostile: () => import('./hostile.ts'),
  'merge-queue': () => import('./merge-queue.ts'),
  lives: () => import('./lives.ts'),
  packages: () => import('./packages.ts'),
  sandbox: () => import('./sandbox.ts'),
  server: () => import('./server.ts'),
}

const [name = '', ...args] = process.argv.slice(2)
const load = BENCHES[name]
if (load === undefined) {
  console.error(`npm run bench -- ${Object.keys(BENCHES).join('|')}`)
  process.exit(2)
}
await (await load()).run(args)

export {}
