import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { ATTEMPT, file } from '../contracts/store-samples.ts'
import { newFolder, swarm } from './terminal.ts'

const project = async () => {
  const folder = newFolder()
  await swarm(['init', '.', '--yes'], { folder })
  return folder
}

describe('the swarm program', () => {
  it('says where we are and what to do next', async () => {
    const outside = newFolder()
    expect((await swarm([], { folder: outside })).out).toMatch(
      /No swarm project here\.\n {2}swarm init \. +set up this folder/,
    )
    const folder = await project()
    const { code, out } = await swarm([], { folder })
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      'shop: initialised, never started.',
      "  ticket create 'What you want'  no tickets left",
      '  swarm start                    let agents work',
      'All commands: swarm help',
      '',
    ])
    expect(JSON.parse((await swarm(['--format', 'json'], { folder })).out)).toMatchObject({
      project: folder,
      running: false,
    })
  })

  it('shows what it can while the settings hold a mistake, and says the mistake in one sentence', async () => {
    const folder = await project()
    const config = join(folder, '.swarm/config.json')
    writeFileSync(config, '{"agents": "many"}\n')
    const { code, out, err } = await swarm(['status'], { folder })
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(
      `Settings: .swarm/config.json, line 1: "agents" must be a whole number from 0 to 64, not "many". No server starts until that is fixed.\n`,
    )
    expect(out).toContain('Nothing waits for you.\nTickets: 0 ready to claim')
    writeFileSync(config, '{"agents": "many", "port": "x"}\n')
    const { mistake, counts } = JSON.parse((await swarm(['status', '--format', 'json'], { folder })).out)
    expect([mistake, counts.open]).toEqual([
      expect.stringMatching(/"agents".* \(and 1 more: swarm config\)$/),
      0,
    ])
  })

  it('finds the project from a folder inside of it', async () => {
    const folder = await project()
    expect((await swarm(['status'], { folder: join(folder, '.git') })).out).toContain(
      'shop: no server is running.',
    )
  })

  it.each([
    [['strat'], "swarm: there is no command 'strat'. Did you mean 'start'?"],
    [['start', '--agnets', '3'], 'swarm start: there is no flag --agnets. Did you mean --agents?'],
    [
      ['logs', 'agnet-1'],
      "swarm logs: there is no log 'agnet-1'; use agent-1 (or another agent), gate or server. Did you mean agent-1?",
    ],
    [['logs'], 'swarm logs: NAME is missing: agent-1, agent-2 …, gate or server.'],
    [['scale', 'many'], "swarm scale: N must be a whole number from 0 to 64, not 'many'."],
    [['scale', '-1'], "swarm scale: N must be a whole number from 0 to 64, not '-1'."],
    [['scale', '-12'], "swarm scale: N must be a whole number from 0 to 64, not '-12'."],
    [['status', '-x'], "swarm status: there is no flag -x. See 'swarm status --help'."],
    [['scale', '3', '4'], "swarm scale: unexpected argument '4'."],
    [['status', '--format', 'xml'], "swarm status: --format can be text or json, not 'xml'."],
    [['wait', '--timeout'], 'swarm wait: --timeout needs a value: --timeout SECONDS.'],
    [['pull', '--dry-run=yes'], 'swarm pull: --dry-run takes no value.'],
    [['open', 'twelve'], "swarm open: ID must be a whole number from 1 to 9007199254740991, not 'twelve'."],
    [['completion', 'bsh'], "swarm completion: SHELL cannot be 'bsh'. Did you mean 'bash'?"],
    [
      ['completion', 'powershell'],
      "swarm completion: SHELL cannot be 'powershell'. It can be bash, zsh, fish.",
    ],
    [['help', 'statsu'], "swarm help: there is no command 'statsu'. Did you mean 'status'?"],
  ])('says what is wrong with %j and exits with 2', async (argv, sentence) => {
    const { code, err, out } = await swarm(argv, { folder: newFolder() })
    expect([code, out]).toEqual([2, ''])
    expect(err.split('\n')[0]).toBe(sentence)
    const isCommand = sentence.startsWith('swarm ')
    expect(err.split('\n')[1]).toContain(isCommand ? `usage: swarm ${argv[0]}` : 'usage: swarm COMMAND')
  })

  it.each([
    'start',
    'stop',
    'status',
    'scale 3',
    'pull',
    'watch',
    'wait',
    'audit',
    'logs server',
    'regenerate',
    'open',
    'inbox',
    'top',
    'pause',
    'resume',
  ])('refuses `%s` outside of a project', async (line) => {
    const { code, err } = await swarm(line.split(' '), { folder: newFolder() })
    expect([code, err]).toEqual([
      1,
      'No swarm project in this folder or above. Create one: swarm init DIR.\n',
    ])
  })

  it('explains every command, and the settings', async () => {
    const folder = newFolder()
    const { out } = await swarm(['help'], { folder })
    expect((await swarm(['--help'], { folder })).out).toBe(out)
    const commands = out.match(/^ {2}([a-z]+)/gm)!.map((line) => line.trim())
    expect(commands).toContain('audit')
    for (const name of commands) {
      const explained = await swarm([name, '--help'], { folder })
      expect(explained).toMatchObject({ code: 0, err: '' })
      expect(explained.out).toContain(`usage: swarm ${name}`)
      expect(explained.out).toMatch(/\n\nExamples:\n {2}\S/)
      expect(await swarm(['help', name], { folder })).toEqual(explained)
    }
    expect((await swarm(['help', 'config'], { folder })).out).toMatch(/verify_retries +2 /)
    expect((await swarm(['--version'], { folder })).out).toMatch(/^swarm \d+\.\d+\.\d+\n$/)
  })

  it.each(['bash', 'zsh', 'fish'])('completes every command and its flags in %s', async (shell) => {
    const folder = newFolder()
    const { out } = await swarm(['completion', shell], { folder })
    const commands = (await swarm(['help'], { folder })).out.match(/^ {2}([a-z]+)/gm)!
    for (const name of commands.map((line) => line.trim())) {
      expect(out).toMatch(new RegExp(`\\b${name}\\b`))
      const explained = (await swarm([name, '--help'], { folder })).out
      for (const [, flag] of explained.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)) expect(out).toContain(flag)
    }
  })

  it('offers the values of flags in bash, and commands after flags', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'completion'), (await swarm(['completion', 'bash'], { folder })).out)
    const offered = (...words: string[]) => {
      const quoted = words.map((word) => `'${word}'`).join(' ')
      const script = `source ./completion; COMP_WORDS=(swarm ${quoted}); COMP_CWORD=${words.length}
        _swarm; printf '%s\\n' "\${COMPREPLY[@]}"`
      const { stdout, stderr } = spawnSync('bash', ['--norc', '-eu', '-c', script], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect(stderr).toBe('')
      return stdout.trim().split('\n')
    }
    expect(offered('demo', '--sandbox', 'b')).toEqual(['bubblewrap'])
    expect(offered('--format', 'json', 'stat')).toEqual(['status'])
    expect(offered('logs', '-f', 'ga')).toEqual(['gate'])
  })

  it('takes what begins with a dash but is no flag, and flags of one letter together', async () => {
    const folder = await project()
    expect((await swarm(['pause', '- release today'], { folder })).code).toBe(0)
    expect((await swarm(['status'], { folder })).out).toContain(
      'Paused until swarm resume: - release today\n',
    )
    expect((await swarm(['logs', 'server', '-fnx'], { folder })).err).toContain('--lines must be')
  })

  it('prints a completion that bash can load', async () => {
    const { out } = await swarm(['completion', 'bash'], { folder: newFolder() })
    const { status, stderr } = spawnSync('bash', ['-n', '-c', out], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })
})

describe('without a server', () => {
  it('pauses and goes on, and says which', async () => {
    const folder = await project()
    const said = async (...argv: string[]) => (await swarm(argv, { folder })).out
    expect(await said('resume')).toBe('Nothing was paused.\n')
    expect(await said('pause', 'Release today')).toBe('Agents claim nothing new until: swarm resume.\n')
    expect(await said('status')).toContain('Paused until swarm resume: Release today\n')
    expect(await said()).toContain('swarm resume                   agents are paused: Release today\n')
    expect(await said('resume')).toBe('Over:\n  Release today\nNo server is running: swarm start.\n')
    expect(await said('status')).not.toContain('Paused')
  })

  it('needs a terminal for the live view', async () => {
    const folder = await project()
    expect(await swarm(['top'], { folder })).toMatchObject({
      ...{ code: 1, err: 'swarm top needs a terminal. In a script: swarm status --format json.\n' },
    })
  })

  it('shows the status, also as JSON', async () => {
    const folder = await project()
    const { out } = await swarm(['status'], { folder })
    expect(out).toContain('Tickets: 0 ready to claim, 0 in progress, 0 submitted, 0 blocked, 0 done')
    expect(JSON.parse((await swarm(['status', '--format=json'], { folder })).out)).toMatchObject({
      server: null,
      url: null,
    })
  })

  it('changes the number of agents for the next start, and keeps the comments of the file', async () => {
    const folder = await project()
    const { code, out } = await swarm(['scale', '7'], { folder })
    expect([code, out]).toEqual([0, '7 agents after the next start.\n'])
    const config = readFileSync(join(folder, '.swarm/config.json'), 'utf8')
    expect(config).toContain('"agents": 7')
    expect(config).toContain('// How many agents work at once')
  })

  it('has nothing to stop, to open or to follow', async () => {
    const folder = await project()
    expect(await swarm(['stop'], { folder })).toMatchObject({ code: 0, out: 'No server is running here.\n' })
    expect(await swarm(['open'], { folder })).toMatchObject({
      code: 1,
      err: 'No server is running. Start it first: swarm start.\n',
    })
    for (const name of ['server', 'gate', 'agent-1']) {
      const { code, err } = await swarm(['logs', name], { folder })
      expect(code).toBe(1)
      expect(err.trim().split('\n')).toHaveLength(1)
    }
    expect((await swarm(['regenerate'], { folder })).out).toContain('Nothing to rebuild')
  })

  it('says in one sentence why the transcript of an agent is not kept any more', async () => {
    const folder = await project()
    const store = await openSqlite({ path: join(folder, '.swarm/tickets/tickets.db') })
    await store.transact(async (tx) => {
      await file(tx, {})
      const over = { endedAt: 1000, outcome: 'released', removedAt: 31 * 86_400_000 + 1000 } as const
      await tx.putAttempt({ ...ATTEMPT, ...over })
    })
    await store.close()
    expect(await swarm(['logs', 'agent-1'], { folder })).toMatchObject({
      code: 1,
      err: 'The transcript of attempt 1 of ticket 1 was removed 31 days after the attempt ended (keep_finished_work).\n',
    })
  })

  it('shows the end of a log, with what is unsafe in it made harmless', async () => {
    const folder = await project()
    const lines = Array.from({ length: 90 }, (_, at) => `line ${at + 1}`)
    writeFileSync(join(folder, '.swarm/gate.log'), `${lines.join('\n')}\n\u001b[2Jevil\n`)
    expect((await swarm(['logs', 'gate', '-n', '2'], { folder })).out).toBe('line 90\n\\x1b[2Jevil\n')
    expect((await swarm(['logs', 'gate'], { folder })).out.split('\n')).toHaveLength(51)
    expect((await swarm(['logs', 'gate', '-n', '0'], { folder })).out).toBe('')
  })

  it('says in one sentence what is wrong with the settings, and starts nothing', async () => {
    const folder = await project()
    writeFileSync(join(folder, '.swarm/config.json'), '{\n "agents": 2,\n "agnets": 3 }')
    const { code, err } = await swarm(['start', '--foreground'], { folder })
    expect([code, err]).toEqual([
      1,
      '.swarm/config.json, line 3: there is no setting "agnets"; did you mean "agents"?\n',
    ])
    expect(existsSync(join(folder, '.swarm/server.json'))).toBe(false)
  })

  it('refuses to start on what git tracks, or without a key', async () => {
    const folder = await project()
    const { code, err } = await swarm(['start', '--foreground', '--port', '0'], {
      folder,
      environment: { SWARM_CLAUDE_BIN: process.execPath },
    })
    expect([code, err]).toMatchObject([1, expect.stringContaining('Claude Code needs a key')])
    const missing = await swarm(['start', '--foreground'], {
      folder,
      environment: { SWARM_CLAUDE_BIN: '/nowhere' },
    })
    expect(missing.err).toBe('SWARM_CLAUDE_BIN names /nowhere, which is not a program.\n')
  })
})
