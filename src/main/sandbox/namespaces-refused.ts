/** Explanation why the kernel lets bubblewrap make no sandbox, and the one command that fixes it. */

/** Settings of the kernel that can forbid namespaces to users other than root. */
export const KERNEL_SETTINGS = [
  'kernel.apparmor_restrict_unprivileged_userns',
  'kernel.unprivileged_userns_clone',
  'user.max_user_namespaces',
] as const

/** Name of such a setting. */
export type KernelSetting = (typeof KERNEL_SETTINGS)[number]

/**
 * Explains a refusal in a sentence. `said` is bubblewrap's own last line, `settingOf` reads a setting, or null where it
 * is missing.
 */
export function whyRefused(said: string, settingOf: (setting: KernelSetting) => string | null): string {
  if (settingOf('user.max_user_namespaces') === '0')
    return off('This machine allows no user namespaces', 'user.max_user_namespaces=15000')
  if (settingOf('kernel.unprivileged_userns_clone') === '0')
    return off('Only root may make user namespaces here', 'kernel.unprivileged_userns_clone=1')
  if (settingOf('kernel.apparmor_restrict_unprivileged_userns') === '1')
    return off('AppArmor refuses user namespaces here', 'kernel.apparmor_restrict_unprivileged_userns=0')
  return `bubblewrap cannot make a sandbox on this machine (${said}).`
}

const off = (cause: string, cure: string) =>
  `${cause}, which bubblewrap needs. Run 'sudo sysctl -w ${cure}', and put that line into /etc/sysctl.d/ to keep it.`

/** Path of a setting: `kernel.x` → `/proc/sys/kernel/x`. */
export const pathOf = (setting: KernelSetting): string => `/proc/sys/${setting.replace('.', '/')}`
