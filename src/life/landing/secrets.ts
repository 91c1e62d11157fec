/** Secrets that a change would bring onto `main`: formats with a recognisable look, one row each. */

interface Format {
  what: string
  /** Source of a regular expression that never looks back at what it has passed: a text may be made to be slow. */
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

/** Secret in a text. */
export interface Secret {
  what: string
  /** Offset in the text. */
  at: number
  /** Full text: never to be repeated to anybody. */
  text: string
}

/** Pattern of all formats in one: it runs on everything that anybody submits. */
const ANY = new RegExp(
  `(?<![A-Za-z0-9])(?:${FORMATS.map(({ like }, at) => `(?<f${at}>${like})`).join('|')})`,
  'g',
)

/** Finds the secrets in a text, in order. A manual's example does not count. */
export function secretsIn(text: string): Secret[] {
  return [...text.matchAll(ANY)].flatMap(({ 0: all, index, groups = {} }) => {
    const what = FORMATS.find((_, at) => groups[`f${at}`] !== undefined)?.what
    return what === undefined || all.endsWith('EXAMPLE') ? [] : [{ what, at: index, text: all }]
  })
}
