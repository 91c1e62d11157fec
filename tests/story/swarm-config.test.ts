import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder, swarm } from './terminal.ts'

const project = async () => {
  const folder = newFolder()
  await swarm(['init', '.', '--yes'], { folder })
  return folder
}
const file = (folder: string) => join(folder, '.swarm/config.json')

describe('swarm config', () => {
  it('shows every setting with its value, and where it comes from', async () => {
    const folder = await project()
    const { code, out } = await swarm(['config'], { folder, environment: { SWARM_MAX_TURNS: '9' } })
    expect(code).toBe(0)
    expect(out).toMatch(/^agents +3 +\.swarm\/config\.json, line \d+$/m)
    expect(out).toMatch(/^max_turns +9 +SWARM_MAX_TURNS$/m)
    expect(out).toMatch(/^verify_timeout +1800 +default$/m)
    expect(out).toMatch(/^port +3000 +default +at start$/m)
    const json = JSON.parse((await swarm(['config', '--format', 'json'], { folder })).out)
    expect(json.settings).toContainEqual({
      name: 'agents',
      value: 3,
      from: expect.stringMatching(/^\.swarm\/config\.json, line \d+$/),
      at_start: false,
    })
  })

  it('gets, sets and takes out one setting, and the comments stay', async () => {
    const folder = await project()
    expect((await swarm(['config', 'get', 'verify_retries'], { folder })).out).toBe('2\n')
    expect((await swarm(['config', 'set', 'verify_retries', '5'], { folder })).out).toMatch(
      /^verify_retries is 5 \(\.swarm\/config\.json, line \d+\)\.\n$/,
    )
    const text = readFileSync(file(folder), 'utf8')
    expect(text).toContain('"verify_retries": 5')
    expect(text).toContain('// How often an agent may mend a red gate')
    expect((await swarm(['config', 'unset', 'verify_retries'], { folder })).out).toBe(
      'verify_retries is 2 (the default).\n',
    )
    expect(readFileSync(file(folder), 'utf8')).not.toContain('"verify_retries"')
    expect((await swarm(['config', 'unset', 'verify_retries'], { folder })).code).toBe(0)
    await swarm(['config', 'set', 'allowed_tools', '["Read","Bash(git log:*)"]'], { folder })
    expect((await swarm(['config', 'get', 'allowed_tools'], { folder })).out).toBe('Read,Bash(git log:*)\n')
  })

  it("knows the original's names", async () => {
    const folder = await project()
    writeFileSync(file(folder), '{ "monitor_port": 4000 }')
    expect((await swarm(['config', 'get', 'monitor_port'], { folder })).out).toBe('4000\n')
    await swarm(['config', 'set', 'port', '4001'], { folder })
    expect(readFileSync(file(folder), 'utf8')).toBe('{ "monitor_port": 4001 }')
  })

  it('says when the environment goes before what was set', async () => {
    const folder = await project()
    const { out } = await swarm(['config', 'set', 'agents', '8'], {
      folder,
      environment: { SWARM_AGENTS: '2' },
    })
    expect(out).toBe('agents is 2 (SWARM_AGENTS).\nSWARM_AGENTS overrides .swarm/config.json.\n')
  })

  it.each([
    [['config', 'set', 'agents', 'many'], 1, 'agents must be a whole number from 0 to 64, not "many".'],
    [['config', 'get', 'agnets'], 2, "KEY cannot be 'agnets'. Did you mean 'agents'?"],
    [['config', 'ste', 'agents', '3'], 2, "ACTION cannot be 'ste'. Did you mean 'set'?"],
    [['config', 'set', 'agents'], 2, 'VALUE is missing: the new value of agents.'],
    [['config', 'get'], 2, 'KEY is missing: the name of a setting to get.'],
    [['config', 'get', 'agents', '3'], 2, "unexpected argument '3'"],
  ])('refuses %j and changes nothing', async (argv, exit, sentence) => {
    const folder = await project()
    const before = readFileSync(file(folder), 'utf8')
    const { code, err, out } = await swarm(argv, { folder })
    expect([code, out]).toEqual([exit, ''])
    expect(err).toContain(sentence)
    expect(readFileSync(file(folder), 'utf8')).toBe(before)
  })

  it('gives editors a schema that knows every setting', async () => {
    const folder = await project()
    expect(readFileSync(file(folder), 'utf8')).toContain('"$schema": "./config.schema.json"')
    const schema = JSON.parse(readFileSync(join(folder, '.swarm/config.schema.json'), 'utf8'))
    const { settings } = JSON.parse((await swarm(['config', '--format', 'json'], { folder })).out)
    for (const { name } of settings)
      expect(schema.properties[name].description, name).toMatch(/Must be .*\.$/)
    expect(schema.properties.agents).toMatchObject({ type: 'integer', maximum: 64, default: 3 })
    expect((await swarm(['config', 'get', 'agents'], { folder })).code).toBe(0)
  })
})
