/** The pages in the order in which somebody reads them who has never seen swarm: concepts before reference. */

export interface Chapter {
  title: string
  /** Paths from the root of the repository; one that ends in a slash is every page of that folder. */
  pages: string[]
}

/** A page of the repository, placed in the site. */
export interface Page {
  /** In the repository, such as `docs/guide.md`. */
  source: string
  /** In the site, such as `docs/guide.html`. */
  path: string
  title: string
  chapter: string
}

export const CHAPTERS: Chapter[] = [
  { title: 'Begin', pages: ['README.md', 'docs/guide.md'] },
  { title: 'Concepts', pages: ['CONTEXT.md', 'docs/life-of-a-ticket.md'] },
  {
    title: 'Every day',
    pages: ['docs/notifications.md', 'docs/costs.md', 'docs/operations.md', 'docs/troubleshooting.md'],
  },
  {
    title: 'Can I trust it?',
    pages: ['docs/replay.md', 'docs/reliability.md', 'docs/security.md'],
  },
  {
    title: 'Reference',
    pages: ['docs/ticket.md', 'docs/settings.md', 'docs/coming-from-the-original.md', 'CHANGELOG.md'],
  },
  { title: 'Inside', pages: ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'] },
  { title: 'Decisions', pages: ['docs/adr/'] },
  { title: 'What is left out', pages: ['docs/out-of-scope/'] },
]

/** Pages for others than readers. */
export const LEFT_OUT = ['AGENTS.md', 'PROJECT.md', '.github/', 'templates/', 'tests/', 'node_modules/']
