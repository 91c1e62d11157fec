import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { changeSetting, liveSettings, readSettings } from '../../src/main/settings/read.ts'
import type { Settings } from '../../src/settings/settings.ts'
import { flagOf, KEYS, variableOf } from '../../src/settings/settings.ts'
import { folder } from '../contracts/repo.ts'
import { SETTINGS } from './settings.ts'

function configured(text: string | null, more: { flags?: object; environment?: object } = {}) {
  const file = text === null ? null : join(folder(), '.swarm-config.json')
  if (file !== null) writeFileSync(file, text!)
  const { flags = {}, environment = {} } = more as Record<string, Record<string, string>>
  return readSettings({ flags, environment, file })
}

const settings = (text: string | null, more = {}): Settings => configured(text, more).settings

function mistakes(text: string | null, more = {}): string {
  try {
    configured(text, more)
  } catch (error) {
    return (error as Error).message.replaceAll(/swarm-test-\w+\//g, '')
  }
  throw new Error('there was no mistake')
}

function spoil(file: string, what: string): void {
  rmSync(file, { force: true })
  if (what === 'a folder') mkdirSync(file)
  else if (what === 'a pipe') execFileSync('mkfifo', [file])
  else if (what === 'nested without end') writeFileSync(file, '['.repeat(20_000))
  else if (what !== 'removed') writeFileSync(file, what === 'blank' ? ' \n' : '')
}

function spoilt(what: string): string {
  const file = join(folder(), 'config.json')
  spoil(file, what)
  return file
}

describe('settings', () => {
  it('has a row for every setting', () => {
    expect(KEYS.map(({ setting }) => setting).toSorted()).toEqual(Object.keys(SETTINGS).toSorted())
  })

  it('has a default for every setting when nothing is said', () => {
    const { settings, origin } = configured(null)
    expect(settings).toMatchObject({
      agents: 3,
      harness: 'claude',
      sandbox: 'auto',
      port: 3000,
      maxTurns: 50,
    })
    expect(Object.values(origin).every((each) => each === 'default')).toBe(true)
    for (const key of KEYS) expect(key.schema.safeParse(key.fallback).data).toEqual(key.fallback)
  })

  it('takes a flag before the environment before the file', () => {
    const text = '{ "agents": 4, "max_turns": 10, "port": 4000 }'
    const read = configured(text, {
      environment: { SWARM_AGENTS: '5', SWARM_MAX_TURNS: '20', SWARM_MODEL: '' },
      flags: { agents: '6' },
    })
    expect(read.settings).toMatchObject({ agents: 6, maxTurns: 20, port: 4000, model: null })
    expect(read.origin).toMatchObject({
      agents: 'flag',
      maxTurns: 'environment',
      port: 'file',
      model: 'default',
    })
  })

  it("reads the original's file as it is", () => {
    const original = {
      agents: 2,
      ntfy_topic: 'mine',
      allowed_tools: 'Bash, Read,Edit',
      max_turns: 40,
      monitor_port: 3100,
      verify_retries: 1,
    }
    expect(settings(JSON.stringify(original))).toMatchObject({
      agents: 2,
      ntfyTopic: 'mine',
      allowedTools: ['Bash', 'Read', 'Edit'],
      maxTurns: 40,
      port: 3100,
      verifyRetries: 1,
    })
  })

  it('understands older names in the file, as variables and as flags', () => {
    expect(settings('{ "lane_limit": 9, "hold_doubts": true }')).toMatchObject({
      mergeQueueLimit: 9,
      doubtsNeedApproval: true,
    })
    const environment = { SWARM_LANE_LIMIT: '7', SWARM_HOLD_DOUBTS: 'yes' }
    expect(settings('{}', { environment })).toMatchObject({ mergeQueueLimit: 7, doubtsNeedApproval: true })
    expect(settings('{}', { flags: { 'lane-limit': '5' } }).mergeQueueLimit).toBe(5)
    const both = { SWARM_LANE_LIMIT: '7', SWARM_MERGE_QUEUE_LIMIT: '8' }
    expect(settings('{}', { environment: both }).mergeQueueLimit).toBe(8)
  })

  it('welcomes comments, a last comma and a byte-order mark', () => {
    expect(settings('\uFEFF{\n  // how many\n  "agents": 1, /* so */\n}\n').agents).toBe(1)
    expect(settings('{}').agents).toBe(3)
  })

  it.each([
    ['allowed_tools', '["Bash(git log:*)","Read"]', ['Bash(git log:*)', 'Read']],
    ['allowed_tools', '"Bash(git log:*, git show:*), Read"', ['Bash(git log:*, git show:*)', 'Read']],
    ['harness_args', '"--effort high"', ['--effort', 'high']],
    ['harness_args', '["--append", "two words"]', ['--append', 'two words']],
    ['protected_paths', '"docs/**,Makefile"', ['docs/**', 'Makefile']],
    ['protected_paths', '[]', []],
    ['model', '""', null],
    ['model', 'null', null],
    ['model', '"opus"', 'opus'],
    ['agents', '0', 0],
  ])('reads %s as %s', (name, value, expected) => {
    const key = KEYS.find((each) => each.name === name)!
    expect(settings(`{ "${name}": ${value} }`)[key.setting]).toEqual(expected)
    if (value === 'null') return
    const asText = value.startsWith('"') ? JSON.parse(value) : value
    expect(settings(null, { flags: { [flagOf(key).slice(2)]: asText } })[key.setting]).toEqual(expected)
  })

  it.each([
    [
      '{ "agents": "three" }',
      '.swarm-config.json, line 1: "agents" must be a whole number from 0 to 64, not "three".',
    ],
    [
      '{\n  "agents": 2.5\n}',
      '.swarm-config.json, line 2: "agents" must be a whole number from 0 to 64, not 2.5.',
    ],
    ['{\n\n "agent": 2 }', '.swarm-config.json, line 3: there is no setting "agent"; did you mean "agents"?'],
    [
      '{ "maxTurns": 2 }',
      '.swarm-config.json, line 1: there is no setting "maxTurns"; did you mean "max_turns"?',
    ],
    [
      '{ "port": 1, "monitor_port": 2 }',
      '.swarm-config.json, line 1: "monitor_port" is the older name of "port"; keep one of them.',
    ],
    ['{ "agents": 1,\n "agents": 2 }', '.swarm-config.json, line 2: "agents" is set twice.'],
    ['{\n "agents": 1\n "port": 2 }', '.swarm-config.json, line 3: a comma is missing before this.'],
    ['{ "agents": 1', '.swarm-config.json, line 1: the closing } is missing.'],
    ['[1]', '.swarm-config.json, line 1: the settings must stand between { and }.'],
    ['', '.swarm-config.json, line 1: it is empty; write {} to use all defaults.'],
    ['\uFEFF \n', '.swarm-config.json, line 1: it is empty; write {} to use all defaults.'],
    ['// "agents": 1', '.swarm-config.json, line 1: it is empty; write {} to use all defaults.'],
    ['{\0"\0', '.swarm-config.json is not UTF-8 text. Save it as UTF-8.'],
    [
      '{ "harness": "codex" }',
      '.swarm-config.json, line 1: "harness" must be one of "claude", "scripted", not "codex".',
    ],
    [
      '{ "allowed_tools": [1] }',
      '.swarm-config.json, line 1: "allowed_tools" must be a list of tool names, or one text with commas between, not [1].',
    ],
  ])('says in one sentence what is wrong with %j', (text, sentence) => {
    expect(mistakes(text)).toBe(sentence)
  })

  it('says every mistake, wherever it stands', () => {
    const more = { environment: { SWARM_PORT: 'high' }, flags: { agents: '-1' } }
    expect(mistakes('{ "max_turns": 0, "colour": 1 }', more)).toMatchInlineSnapshot(`
      ".swarm-config.json, line 1: there is no setting "colour"; known settings: agents, harness, sandbox, image, memory_mb, disk_mb, cpus, pids, port, model, allowed_tools, max_turns, harness_args, verify_retries, verify_timeout, attempt_timeout, save_interval, keep_finished_work, hang_timeout, merge_queue_limit, min_free, protected_paths, doubts_need_approval, allow_hosts, attempt_budget, ticket_budget, day_budget, total_budget, model_prices, propose, propose_max_open, propose_interval, propose_budget, provider_tools, ntfy_topic, notify, public_url, time_zone.
      .swarm-config.json, line 1: "max_turns" must be a whole number from 1 to 10000, not 0.
      --agents must be a whole number from 0 to 64, not "-1".
      SWARM_PORT must be a whole number from 0 to 65535, not "high"."
    `)
  })

  it('has a variable and a flag for each setting', () => {
    expect(KEYS.map((key) => [flagOf(key), variableOf(key)])).toContainEqual([
      '--verify-retries',
      'SWARM_VERIFY_RETRIES',
    ])
    expect(new Set(KEYS.map((key) => key.setting)).size).toBe(KEYS.length)
  })

  it('changes one setting and leaves the comments alone', () => {
    const file = join(folder(), 'config.json')
    writeFileSync(
      file,
      '{\n  // as many as the machine bears\n  "agents": 3, // three\n  "max_turns": 50\n}\n',
    )
    changeSetting(file, 'agents', 5)
    expect(readFileSync(file, 'utf8')).toBe(
      '{\n  // as many as the machine bears\n  "agents": 5, // three\n  "max_turns": 50\n}\n',
    )
  })

  it("changes a setting under the original's name when that stands in the file", () => {
    const file = join(folder(), 'config.json')
    writeFileSync(file, '{ "monitor_port": 3000 }')
    changeSetting(file, 'port', 4000)
    expect(readFileSync(file, 'utf8')).toBe('{ "monitor_port": 4000 }')
  })

  it('does not touch a file that it cannot read', () => {
    const file = join(folder(), 'config.json')
    writeFileSync(file, '{ "agents": ')
    expect(() => changeSetting(file, 'agents', 5)).toThrow('line 1')
    expect(readFileSync(file, 'utf8')).toBe('{ "agents": ')
  })

  it.each(['emptied', 'removed', 'blank', 'a folder', 'a pipe'])(
    'changes no setting in a file that is %s: all others would be lost',
    (what) => {
      const file = spoilt(what)
      expect(() => changeSetting(file, 'agents', 5)).toThrow('config.json')
      expect(() => readSettings({ flags: {}, environment: {}, file })).toThrow('config.json')
      expect(existsSync(file) && statSync(file).isFile() && readFileSync(file, 'utf8').trim()).toBeFalsy()
    },
  )

  it.each(['emptied', 'removed', 'blank', 'a folder', 'a pipe', 'nested without end'])(
    'keeps the budget and the agents when the file is %s while the server runs',
    (what) => {
      const file = join(folder(), 'config.json')
      writeFileSync(file, '{ "agents": 1, "day_budget": 5 }')
      const notes: string[] = []
      const now = liveSettings({ flags: {}, environment: {}, file }, (line) => notes.push(line))
      spoil(file, what)
      expect([now(), now()]).toMatchObject(Array(2).fill({ agents: 1, dayBudget: 5 }))
      expect(notes).toEqual([expect.stringMatching(/^Settings unchanged: .*config\.json/)])
      rmSync(file, { recursive: true, force: true })
      writeFileSync(file, '{ "agents": 2, "day_budget": 5 }')
      expect(now()).toMatchObject({ agents: 2, dayBudget: 5 })
    },
  )

  it('follows the file while the server runs, and keeps the last good settings', () => {
    const file = join(folder(), 'config.json')
    writeFileSync(file, '{}')
    const notes: string[] = []
    const now = liveSettings({ flags: { port: '0' }, environment: {}, file }, (line) => notes.push(line))
    expect(now()).toMatchObject({ maxTurns: 50, port: 0 })
    writeFileSync(file, '{ "max_turns": 7 }')
    expect(now()).toMatchObject({ maxTurns: 7, port: 0 })
    writeFileSync(file, '{ "max_turns": "many" }')
    utimesSync(file, 1, 1)
    expect([now().maxTurns, now().maxTurns]).toEqual([7, 7])
    expect(notes).toHaveLength(2)
    expect(notes[1]).toContain('Settings unchanged: ')
  })

  it('says which of the changes wait for the next start', () => {
    const file = join(folder(), 'config.json')
    writeFileSync(file, '{}')
    const notes: string[] = []
    const now = liveSettings({ flags: {}, environment: {}, file }, (line) => notes.push(line))
    writeFileSync(file, '{ "harness": "scripted", "agents": 5 }')
    expect(now().agents).toBe(5)
    expect(notes).toEqual([
      'Settings reloaded. These apply after a restart (swarm stop && swarm start): harness.',
    ])
  })
})
