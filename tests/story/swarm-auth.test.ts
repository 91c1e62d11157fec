import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { newFolder, swarm } from './terminal.ts'

const SECRET = 'sk-ant-api03-not-a-real-one-1234'
const kept = (folder: string) => join(folder, '.config/swarm/credential.json')
const inFile = (folder: string) => ({ SWARM_CREDENTIAL_FILE: kept(folder) })

const TOKEN = 'token-of-google-1234'

/** A folder for PATH with these programs of the shell before all others. */
function programs(folder: string, scripts: Record<string, string>): string {
  const bin = mkdtempSync(join(folder, 'bin-'))
  for (const [name, script] of Object.entries(scripts))
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return `${bin}:${process.env.PATH}`
}

/** Keeps the secret, as a person who types it; `gcloud` gives a token. */
async function withSecret([kind = 'api-key', ...more]: string[] = []) {
  const folder = newFolder()
  const environment = { ...inFile(folder), PATH: programs(folder, { gcloud: `echo ${TOKEN}` }) }
  const said = await swarm(['auth', 'set', kind, ...more], { folder, environment, answers: [SECRET] })
  return { folder, environment, said }
}

/** A model's API that says this to everything, and remembers what it was asked. */
async function apiOf(status: number, headers: Record<string, string> = {}) {
  const asked: { url: string | undefined; headers: IncomingHttpHeaders }[] = []
  let says = status
  const server = createServer((request, response) => {
    asked.push({ url: request.url, headers: request.headers })
    response.writeHead(says, headers).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const say = (next: number) => {
    asked.length = 0
    says = next
  }
  return { url, asked, say }
}

/** What a kind is kept by, how it shows, and how the model's side is asked; URL and HOST are those of the test. */
const KINDS = [
  {
    ...{ kind: 'an API key', args: ['api-key', '--url', 'URL'], shown: 'api key sk-ant-api03-…1234' },
    pays: 'Paid by the token, by whoever this key of HOST belongs to.',
    ...{ path: '/v1/messages', headers: { 'x-api-key': SECRET } },
  },
  {
    ...{
      kind: 'a setup token',
      args: ['setup-token', '--url', 'URL'],
      shown: 'setup token sk-ant-api03-…1234',
    },
    pays: "Counts against the limits of the Claude subscription that 'claude setup-token' was run with.",
    path: '/v1/messages',
    headers: { authorization: `Bearer ${SECRET}`, 'anthropic-beta': 'oauth-2025-04-20' },
  },
  {
    ...{ kind: 'a token for a custom URL', args: ['auth-token', '--url', 'URL/models'] },
    ...{ shown: 'auth token sk-ant-api03-…1234', pays: 'Paid by whoever runs HOST.' },
    ...{ path: '/models/v1/messages', headers: { authorization: `Bearer ${SECRET}` } },
  },
  {
    ...{ kind: 'a key of Bedrock', args: ['bedrock', '--region', 'eu-west-1', '--url', 'URL'] },
    ...{ shown: 'bedrock sk-ant-api03-…1234', pays: 'Paid by the AWS account of this key, in eu-west-1.' },
    path: '/model/anthropic.claude-haiku-4-5/invoke',
    headers: { authorization: `Bearer ${SECRET}` },
  },
  {
    ...{
      kind: 'Vertex',
      args: ['vertex', '--project', 'my-project', '--region', 'europe-west1', '--url', 'URL/v1'],
    },
    ...{ shown: 'vertex by a token from gcloud', pays: 'Paid by the Google Cloud project my-project.' },
    path: '/v1/projects/my-project/locations/europe-west1/publishers/anthropic/models/claude-haiku-4-5:rawPredict',
    headers: { authorization: `Bearer ${TOKEN}` },
  },
]

const VARIABLES: { kind: string; variables: Record<string, string>; shown: string; pays: string }[] = [
  {
    kind: 'an API key',
    variables: { ANTHROPIC_API_KEY: SECRET },
    shown: 'api key sk-ant-api03-…1234, from ANTHROPIC_API_KEY',
    pays: 'Paid by the token, by the organisation of this API key.',
  },
  {
    kind: 'a setup token',
    variables: { CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-not-a-real-one-5678' },
    shown: 'setup token sk-ant-oat01-…5678, from CLAUDE_CODE_OAUTH_TOKEN',
    pays: "Counts against the limits of the Claude subscription that 'claude setup-token' was run with.",
  },
  {
    kind: 'a token for a custom URL',
    variables: { ANTHROPIC_AUTH_TOKEN: 'short-one', ANTHROPIC_BASE_URL: 'https://models.example.org/x' },
    shown: 'auth token …, from ANTHROPIC_AUTH_TOKEN',
    pays: 'Paid by whoever runs models.example.org.',
  },
  {
    kind: 'Bedrock',
    variables: { CLAUDE_CODE_USE_BEDROCK: '1', AWS_BEARER_TOKEN_BEDROCK: SECRET, AWS_REGION: 'eu-west-1' },
    shown: 'bedrock sk-ant-api03-…1234, from AWS_BEARER_TOKEN_BEDROCK',
    pays: 'Paid by the AWS account of this key, in eu-west-1.',
  },
  {
    kind: 'Vertex',
    variables: { CLAUDE_CODE_USE_VERTEX: '1', ANTHROPIC_VERTEX_PROJECT_ID: 'my-project' },
    shown: 'vertex by a token from gcloud, from CLAUDE_CODE_USE_VERTEX',
    pays: 'Paid by the Google Cloud project my-project.',
  },
]

describe('swarm auth', () => {
  it('keeps a secret in a file that only its owner can read, and never shows it', async () => {
    const { folder, environment, said } = await withSecret()
    expect(said).toMatchObject({ code: 0, err: '' })
    expect(statSync(kept(folder)).mode & 0o777).toBe(0o600)
    expect(readFileSync(kept(folder), 'utf8')).toContain(SECRET)
    const shown = await swarm(['auth', 'show'], { folder, environment })
    expect(shown.out).toBe(
      `api key sk-ant-api03-…1234, from ${kept(folder)}\nPaid by the token, by the organisation of this API key.\n`,
    )
    const json = await swarm(['auth', 'show', '--format', 'json'], { folder, environment })
    expect(JSON.parse(json.out).account).toMatchObject({ kind: 'api key', source: kept(folder) })
    expect(said.out + shown.out + json.out).not.toContain(SECRET)
  })

  it.each(KINDS)('keeps, shows and tests $kind', async ({ args, shown, pays, path, headers }) => {
    const api = await apiOf(400)
    const { environment, folder, said } = await withSecret(args.map((each) => each.replace('URL', api.url)))
    expect(said).toMatchObject({ code: 0, err: '' })
    const both = await swarm(['auth', 'show'], { folder, environment })
    expect(both.out).toBe(`${shown}, from ${kept(folder)}\n${pays.replace('HOST', new URL(api.url).host)}\n`)
    expect(said.out).toContain(both.out)
    const tested = await swarm(['auth', 'test'], { folder, environment })
    expect(tested).toMatchObject({ code: 0, out: `${both.out}The model accepts it.\n` })
    expect(api.asked).toEqual([{ url: path, headers: expect.objectContaining(headers) }])
    api.say(403)
    const refused = await swarm(['auth', 'test'], { folder, environment })
    expect(refused).toMatchObject({ code: 1, out: `${both.out}The model refuses the credential (403).\n` })
    expect(said.out + both.out + tested.out + refused.out).not.toContain(SECRET)
    expect((await swarm(['auth', 'remove'], { folder, environment })).out).toContain('Removed from')
  })

  it.each(VARIABLES)('takes $kind from the environment', async ({ variables, shown, pays }) => {
    const folder = newFolder()
    const environment = { ...inFile(folder), ...variables }
    const { out } = await swarm(['auth', 'show'], { folder, environment })
    expect(out).toBe(`${shown}\n${pays}\n`)
  })

  it.each([
    [
      { CLAUDE_CODE_USE_BEDROCK: '1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' },
      'signs nothing with AWS',
    ],
    [{ CLAUDE_CODE_USE_VERTEX: '1' }, 'needs ANTHROPIC_VERTEX_PROJECT_ID'],
    [{ ANTHROPIC_API_KEY: SECRET, ANTHROPIC_BASE_URL: 'models' }, 'ANTHROPIC_BASE_URL must be the URL'],
  ])('says what is missing in %j', async (variables, sentence) => {
    const folder = newFolder()
    const said = await swarm(['auth', 'show'], { folder, environment: { ...inFile(folder), ...variables } })
    expect(said).toMatchObject({ code: 1, err: expect.stringContaining(sentence) })
  })

  it('says what to do when gcloud gives no token', async () => {
    const { folder, environment } = await withSecret(['vertex', '--project', 'my-project'])
    const broken = programs(folder, { gcloud: 'exit 1' })
    const said = await swarm(['auth', 'test'], { folder, environment: { ...environment, PATH: broken } })
    expect(said).toMatchObject({
      code: 1,
      err: expect.stringContaining('gcloud auth application-default login'),
    })
  })

  it('says that the environment goes before what is kept', async () => {
    const { folder, environment } = await withSecret()
    const both = { ...environment, ANTHROPIC_API_KEY: 'sk-ant-api03-another-1-9876' }
    const shown = await swarm(['auth', 'show'], { folder, environment: both })
    expect(shown.out).toContain('…9876, from ANTHROPIC_API_KEY')
    const again = await swarm(['auth', 'set', 'api-key'], { folder, environment: both, answers: [SECRET] })
    expect(again.out).toContain('But ANTHROPIC_API_KEY takes precedence.')
  })

  it('refuses a file that others can read, and says how to mend it', async () => {
    const { folder, environment } = await withSecret()
    chmodSync(kept(folder), 0o644)
    const { code, err } = await swarm(['auth', 'show'], { folder, environment })
    expect(code).toBe(1)
    expect(err).toContain(`chmod 600 ${kept(folder)}`)
  })

  it('removes what it kept', async () => {
    const { folder, environment } = await withSecret()
    expect((await swarm(['auth', 'remove'], { folder, environment })).out).toContain('Removed from')
    expect(existsSync(kept(folder))).toBe(false)
    expect((await swarm(['auth', 'remove'], { folder, environment })).out).toBe('No credential was stored.\n')
    expect(await swarm(['auth', 'show'], { folder, environment })).toMatchObject({ code: 1 })
  })

  it('reads no login of another program', async () => {
    const folder = newFolder()
    writeFileSync(
      join(folder, '.credentials.json'),
      JSON.stringify({ claudeAiOauth: { accessToken: SECRET } }),
    )
    const environment = { ...inFile(folder), CLAUDE_CONFIG_DIR: folder }
    expect((await swarm(['auth', 'show'], { folder, environment })).out).toContain('There is no credential')
  })

  it.each([
    [['auth', 'set'], 2, 'auth set needs KIND'],
    [['auth', 'show', 'api-key'], 2, 'takes no KIND'],
    [['auth', 'set', 'api-key', '--url', 'ftp://x'], 1, '--url must be an http or https URL'],
    [['auth', 'set', 'bedrock', '--region', 'a b'], 1, '--region must be one such as us-east-1'],
    [
      ['auth', 'set', 'api-key', '--region', 'eu-west-1'],
      2,
      '--region works with bedrock and vertex only, not with api-key',
    ],
    [
      ['auth', 'set', 'bedrock', '--project', 'my-project'],
      2,
      '--project works with vertex only, not with bedrock',
    ],
    [['auth', 'set', 'vertex'], 2, 'auth set vertex needs --project ID'],
    [['auth', 'set', 'vertex', '--project', 'a b'], 1, '--project must be the id of a Google Cloud project'],
    [['auth', 'set', 'auth-token'], 2, 'auth set auth-token needs --url URL'],
    [['auth', 'set', 'password'], 2, "KIND cannot be 'password'"],
  ])('refuses %j', async (argv, code, sentence) => {
    const folder = newFolder()
    const said = await swarm(argv, { folder, environment: inFile(folder), answers: [SECRET] })
    expect(said.code).toBe(code)
    expect(said.err).toContain(sentence)
    expect(existsSync(kept(folder))).toBe(false)
  })

  it.each([
    [200, {}, 0, 'The model accepts it.'],
    [404, {}, 1, 'knows no /v1/messages (404): this is not the URL of a model'],
    [401, {}, 1, 'The model refuses the credential (401)'],
    [429, { 'retry-after': '7200' }, 1, "The model's account has reached its limit"],
    [529, {}, 1, 'The model is overloaded or down'],
    [302, { location: 'https://elsewhere.example.org' }, 1, 'The gateway does not follow redirects'],
  ])('tests a credential at an API that says %i', async (status, headers, code, sentence) => {
    const api = await apiOf(status, headers as Record<string, string>)
    const { folder, environment } = await withSecret(['api-key', '--url', api.url])
    const said = await swarm(['auth', 'test'], { folder, environment })
    expect(said).toMatchObject({ code, out: expect.stringContaining(sentence) })
    expect(api.asked).toHaveLength(1)
  })

  it('says that a model cannot be reached', async () => {
    const { folder, environment } = await withSecret(['api-key', '--url', 'http://127.0.0.1:1'])
    const said = await swarm(['auth', 'test'], { folder, environment })
    expect(said).toMatchObject({ code: 1, out: expect.stringContaining('cannot be reached at 127.0.0.1:1') })
  })
})
