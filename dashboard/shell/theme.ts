/** Theme: light, dark, or the system's. `public/theme.js` sets it before the first paint. */
import { type Cell, cell } from '../live/cell.ts'

/** Name of a theme. */
export type Theme = 'system' | 'light' | 'dark'

export const THEMES: readonly Theme[] = ['system', 'light', 'dark']

const KEY = 'swarm-theme'
const chosen = document.documentElement.dataset.theme

export const theme: Cell<Theme> = cell<Theme>(chosen === 'light' || chosen === 'dark' ? chosen : 'system')

/** Sets the theme, and stores it in this browser. */
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

/** Next theme, for a key that cycles through them. */
export const nextTheme = (): Theme => THEMES[(THEMES.indexOf(theme.get()) + 1) % THEMES.length]!
