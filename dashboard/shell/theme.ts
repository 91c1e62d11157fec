/** Light, dark, or as the system has it. `public/theme.js` sets it before the first paint. */
import { type Cell, cell } from '../live/cell.ts'

export type Theme = 'system' | 'light' | 'dark'

export const THEMES: readonly Theme[] = ['system', 'light', 'dark']

const KEY = 'swarm-theme'
const chosen = document.documentElement.dataset.theme

export const theme: Cell<Theme> = cell<Theme>(chosen === 'light' || chosen === 'dark' ? chosen : 'system')

export function setTheme(next: Theme): void {
  theme.set(next)
  if (next === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // A browser that keeps nothing has it for this visit.
  }
}

/** The next one, for a key that goes round. */
export const nextTheme = (): Theme => THEMES[(THEMES.indexOf(theme.get()) + 1) % THEMES.length]!
