/** Writes the pages of docs/ that are made from the sources; with --check it only says whether they are up to date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { lifeOfATicket } from '../tests/ticket/page.ts'
import { configSchema, settings, ticketCommands } from '../tests/tidy/made-pages.ts'

/** Page → what makes it. */
const PAGES: Record<string, () => string> = {
  'docs/life-of-a-ticket.md': lifeOfATicket,
  'docs/settings.md': settings,
  'templates/config.schema.json': configSchema,
  'docs/ticket.md': ticketCommands,
}

for (const [page, make] of Object.entries(PAGES)) {
  const fresh = make()
  if (read(page) === fresh) continue
  if (process.argv.includes('--check')) {
    console.error(`${page} is out of date. Run 'npm run docs'.`)
    process.exitCode = 1
  } else {
    writeFileSync(page, fresh)
    console.error(`\u2022 Wrote ${page}`)
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
