/** Secrets that a change would bring onto `main`: formats that are known by their look, one row each. */

interface Format {
  what: string
  /** In the part of regular expressions that git and JavaScript have in common; tried on each line. */
  like: string
}

export const FORMATS: Format[] = [
  { what: 'a private key', like: '-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----' },
  { what: 'an Anthropic key', like: 'sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{20,}' },
  { what: 'an OpenAI key', like: 'sk-(proj|svcacct|admin)-[A-Za-z0-9_-]{20,}' },
  { what: 'an AWS access key', like: '(AKIA|ASIA)[A-Z2-7]{16}' },
  { what: 'a GitHub token', like: 'gh[pousr]_[A-Za-z0-9]{36,}' },
  { what: 'a GitHub token', like: 'github_pat_[A-Za-z0-9_]{60,}' },
  { what: 'a GitLab token', like: 'glpat-[A-Za-z0-9_-]{20,}' },
  { what: 'a Slack token', like: 'xox[abeoprs]-[A-Za-z0-9-]{20,}' },
  {
    what: 'a Slack webhook',
    like: 'hooks[.]slack[.]com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{20,}',
  },
  {
    what: 'a Discord webhook',
    like: 'discord(app)?[.]com/api/webhooks/[0-9]{10,}/[A-Za-z0-9_-]{40,}',
  },
  { what: 'a Telegram token', like: '[0-9]{8,10}:AA[A-Za-z0-9_-]{33}' },
  { what: 'a Google key', like: 'AIza[A-Za-z0-9_-]{35}' },
  { what: 'an npm token', like: 'npm_[A-Za-z0-9]{36}' },
  { what: 'a PyPI token', like: 'pypi-[A-Za-z0-9_-]{50,}' },
  { what: 'a Stripe key', like: '[rs]k_live_[A-Za-z0-9]{20,}' },
  { what: 'a SendGrid key', like: 'SG[.][A-Za-z0-9_-]{22}[.][A-Za-z0-9_-]{43}' },
  { what: 'a token of the swarm', like: 'swarm_[A-Za-z0-9_-]{43}' },
  { what: 'a Hugging Face token', like: 'hf_[A-Za-z]{34}' },
]

const either = FORMATS.map(({ like }) => `(${like})`).join('|')

/** For git: lines that are worth a closer look. */
export const SECRET_LINES = `(^|[^A-Za-z0-9])(${either})`

/** What the text holds that was not in `before`, and in which line; a secret is never repeated. */
export function secretsIn(text: string, before: string): { what: string; line: number }[] {
  const found: { what: string; line: number }[] = []
  for (const [at, line] of text.split('\n').entries())
    for (const { what, like } of FORMATS)
      for (const [all] of line.matchAll(new RegExp(`(?<![A-Za-z0-9])${like}`, 'g')))
        if (!all.endsWith('EXAMPLE') && !before.includes(all)) found.push({ what, line: at + 1 })
  return found
}
