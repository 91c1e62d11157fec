export const SHELLS = ['bash', 'zsh', 'fish'] as const
/** Shell that a completion script can be made for. */
export type Shell = (typeof SHELLS)[number]
