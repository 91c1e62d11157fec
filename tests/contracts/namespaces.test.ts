import { describe, expect, it } from 'vitest'
import { type KernelSetting, whyRefused } from '../../src/main/sandbox/namespaces-refused.ts'

describe('where bubblewrap can make no sandbox', () => {
  for (const [settings, sentence] of [
    [{ 'user.max_user_namespaces': '0' }, "Run 'sudo sysctl -w user.max_user_namespaces=15000'"],
    [{ 'kernel.unprivileged_userns_clone': '0' }, "Run 'sudo sysctl -w kernel.unprivileged_userns_clone=1'"],
    [
      { 'kernel.apparmor_restrict_unprivileged_userns': '1' },
      "Run 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'",
    ],
    [
      { 'kernel.apparmor_restrict_unprivileged_userns': '0', 'kernel.unprivileged_userns_clone': '1' },
      'cannot make a sandbox on this machine (setting up uid map: Permission denied)',
    ],
  ] as [Partial<Record<KernelSetting, string>>, string][])
    it(`${JSON.stringify(settings)} is told with its cure`, () => {
      const said = 'setting up uid map: Permission denied'
      expect(whyRefused(said, (setting) => settings[setting] ?? null)).toContain(sentence)
    })

  it('names AppArmor as the cause where it is', () => {
    const value = (setting: KernelSetting) => (setting.includes('apparmor') ? '1' : null)
    expect(whyRefused('', value)).toMatch(/^AppArmor refuses user namespaces here/)
  })
})
