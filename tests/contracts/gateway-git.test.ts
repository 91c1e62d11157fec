import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { openGit } from '../../src/repos/git/git.ts'
import { git } from '../story/swarm.ts'
import { type Opened, openedWith, send } from './gateway.ts'

interface Ran {
  code: number
  out: string
}

/** A bare repository with `main`, the saved work of two tickets, and a gateway session for the first of them. */
async function repository() {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-git-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [work, bare] = [join(folder, 'work'), join(folder, 'repo.git')]
  git(folder, 'init', '--quiet', '--initial-branch=main', work)
  const commit = (message: string) => {
    git(
      work,
      '-c',
      'user.name=A',
      '-c',
      'user.email=a@b',
      'commit',
      '--quiet',
      '--allow-empty',
      '--message',
      message,
    )
    return git(work, 'rev-parse', 'HEAD').trim()
  }
  const main = commit('main')
  git(folder, 'clone', '--quiet', '--bare', work, bare)
  const [own, other] = [commit('own'), commit('other')]
  git(work, 'push', '--quiet', bare, `${own}:refs/swarm/work/7/1`, `${other}:refs/swarm/work/71/1`)
  git(work, 'push', '--quiet', bare, `${other}:refs/heads/hidden`)
  const on = await openedWith({ repo: openGit({ path: bare, branch: 'main' }) })
  const sandbox = join(folder, 'sandbox')
  const run = (...args: string[]): Promise<Ran> =>
    new Promise((resolve) =>
      execFile(
        'git',
        args,
        {
          cwd: folder,
          env: { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', ...on.env },
        },
        (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code) : 0, out: `${stdout}${stderr}` }),
      ),
    )
  return { on, run, sandbox, url: on.env.SWARM_GIT!, main, own, other }
}

let at: Awaited<ReturnType<typeof repository>>
beforeEach(async () => {
  at = await repository()
})

const headers = ({ token }: Opened) => ({ authorization: `Bearer ${token}` })

it('lets a sandbox clone main, and fetch the saved work of its own ticket', async () => {
  expect(await at.run('clone', '--quiet', at.url, at.sandbox)).toEqual({ code: 0, out: '' })
  expect((await at.run('-C', at.sandbox, 'fetch', '--quiet', 'origin', 'refs/swarm/work/7/1')).code).toBe(0)
  expect((await at.run('-C', at.sandbox, 'rev-parse', 'origin/main', 'FETCH_HEAD')).out).toBe(
    `${at.main}\n${at.own}\n`,
  )
  expect((await at.run('-C', at.sandbox, 'config', '--list', '--local')).out).not.toContain(at.on.token)
})

it('shows nothing else', async () => {
  const { out } = await at.run('ls-remote', at.url)
  expect(
    out
      .replaceAll(/^\w+\t/gm, '')
      .trim()
      .split('\n'),
  ).toEqual(['HEAD', 'refs/heads/main', 'refs/swarm/work/7/1'])
})

it.each(['0', '2'])('gives no object that it does not show, by protocol %s', async (version) => {
  await at.run('init', '--quiet', at.sandbox)
  const fetch = ['-c', `protocol.version=${version}`, 'fetch', '--quiet', at.url]
  for (const wanted of [at.other, 'refs/swarm/work/71/1', 'refs/heads/hidden'])
    expect((await at.run('-C', at.sandbox, ...fetch, wanted)).code).not.toBe(0)
  expect((await at.run('-C', at.sandbox, 'cat-file', '-t', at.other)).code).not.toBe(0)
})

it('takes no push, and says what to do instead', async () => {
  await at.run('clone', '--quiet', at.url, at.sandbox)
  for (const to of ['main', 'refs/swarm/work/7/3', 'refs/heads/new']) {
    const { code, out } = await at.run('-C', at.sandbox, 'push', 'origin', `HEAD:${to}`)
    expect(code).not.toBe(0)
    expect(out).toContain('Sandboxes cannot push. Leave your work in the checkout')
  }
  expect(at.on.refused()).toBe(3)
})

it.each([
  ['POST', '/git/git-receive-pack'],
  ['GET', '/git/info/refs?service=git-receive-pack'],
  ['GET', '/git/info/refs'],
  ['GET', '/git/HEAD'],
  ['GET', '/git/config'],
  ['GET', '/git/objects/info/packs'],
  ['GET', '/git/../config'],
  ['GET', '/git/info/refs?service=git-upload-archive'],
  ['POST', '/git/git-upload-archive'],
])('answers nothing to %s %s', async (method, path) => {
  expect((await send(at.on.url, { method, path, headers: headers(at.on) })).status).toBe(403)
})

it('reads for nobody without the token', async () => {
  const path = '/git/info/refs?service=git-upload-pack'
  expect((await send(at.on.url, { path })).status).toBe(401)
  expect((await send(at.on.url, { path, headers: headers(at.on) })).status).toBe(200)
})
