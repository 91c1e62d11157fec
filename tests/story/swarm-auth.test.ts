import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { newFolder, swarm } from './terminal.ts'

const SECRET = 'sk-ant-api03-not-a-real-one-1234'
const kept = (folder: string) => join(folder, '.config/swarm/credential.json')
const inFile = (folder: string) => ({ SWARM_CREDENTIAL_FILE: kept(folder) })

async function withSecret(more: string[] = [], kind = 'api-key') {
  const folder = newFolder()
  const environment = inFile(folder)
  const said = await swarm(['auth', 'set', kind, ...more], { folder, environment, answers: [SECRET] })
  return { folder, environment, said }
}

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

  it.each([
    [['setup-token'], "limits of the Claude subscription that 'claude setup-token' was run with"],
    [['auth-token', '--url', 'https://models.example.org/x'], 'Paid by whoever runs models.example.org'],
    [['bedrock', '--region', 'eu-west-1'], 'Paid by the AWS account of this key, in eu-west-1'],
  ])('says who pays for %j', async ([kind, ...more], pays) => {
    expect((await withSecret(more, kind)).said.out).toContain(pays)
  })

  it('says that the environment goes before what is kept', async () => {
    const { folder, environment } = await withSecret()
    const both = { ...environment, ANTHROPIC_API_KEY: 'sk-ant-api03-another-1-9876' }
    const shown = await swarm(['auth', 'show'], { folder, environment: both })
    expect(shown.out).toContain('…9876, from ANTHROPIC_API_KEY')
    const again = await swarm(['auth', 'set', 'api-key'], { folder, environment: both, answers: [SECRET] })
    expect(again.out).toContain('But ANTHROPIC_API_KEY goes before it.')
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
    expect((await swarm(['auth', 'remove'], { folder, environment })).out).toBe('Nothing was kept.\n')
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
  ])('refuses %j', async (argv, code, sentence) => {
    const folder = newFolder()
    const said = await swarm(argv, { folder, environment: inFile(folder), answers: [SECRET] })
    expect(said.code).toBe(code)
    expect(said.err).toContain(sentence)
    expect(existsSync(kept(folder))).toBe(false)
  })

  it.each([
    [200, {}, 0, 'The model takes it.'],
    [404, {}, 0, 'The model takes it.'],
    [401, {}, 1, 'The model refuses the credential (401)'],
    [429, { 'retry-after': '7200' }, 1, "The model's account has reached its limit"],
    [529, {}, 1, 'The model has too much to do'],
    [302, { location: 'https://elsewhere.example.org' }, 1, 'the gateway follows no redirect'],
  ])('tests a credential at an API that says %i', async (status, headers, code, sentence) => {
    const asked: unknown[] = []
    const server = createServer((request, response) => {
      asked.push([request.url, request.headers['x-api-key']])
      response.writeHead(status, headers as Record<string, string>).end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { folder, environment } = await withSecret(['--url', url])
    const said = await swarm(['auth', 'test'], { folder, environment })
    expect(said).toMatchObject({ code, out: expect.stringContaining(sentence) })
    expect(asked).toEqual([['/v1/models', SECRET]])
  })

  it('says that a model cannot be reached', async () => {
    const { folder, environment } = await withSecret(['--url', 'http://127.0.0.1:1'])
    const said = await swarm(['auth', 'test'], { folder, environment })
    expect(said).toMatchObject({ code: 1, out: expect.stringContaining('cannot be reached at 127.0.0.1:1') })
  })
})
