/**
 * Shortcuts: everything that has a key, in one list, which the `?` sheet and the command palette show. A key is a
 * letter, two letters in sequence (`g b`), or a combination (`mod+k`: Ctrl, or Command on a Mac).
 */
import { useEffect, useRef } from 'react'
import { type Cell, cell } from '../live/cell.ts'

/** Shortcut with its action. */
export interface Shortcut {
  keys: string
  /** Description in the imperative: `Go to the board`. */
  does: string
  /** Heading in the sheet. */
  group: string
  run: () => void
}

const list: Cell<readonly Shortcut[]> = cell<readonly Shortcut[]>([])
export const shortcuts = list

/** Storage key of the switch for single letters: some people's speech or switches press them by mistake. */
const KEY = 'swarm-letters'
export const letters: Cell<boolean> = cell(stored() !== 'off')

/** Turns single letters on or off. */
export function setLetters(on: boolean): void {
  letters.set(on)
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off')
  } catch {
    // As for the theme.
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

/** Offers shortcuts while the component is mounted. Later ones win over earlier ones with the same keys. */
export function useShortcuts(offered: readonly Shortcut[]): void {
  const latest = useRef(offered)
  latest.current = offered
  const signature = offered.map(({ keys, does, group }) => `${keys}|${does}|${group}`).join('\n')
  useEffect(() => {
    const count = signature === '' ? 0 : signature.split('\n').length
    const mine = Array.from({ length: count }, (_, index) => {
      const { keys, does, group } = latest.current[index]!
      return { keys, does, group, run: () => latest.current[index]?.run() }
    })
    list.set([...mine, ...list.get()])
    return () => list.set(list.get().filter((each) => !mine.includes(each)))
  }, [signature])
}

const PAUSE_MS = 1200
let first: { key: string; at: number } | null = null

/** Listens to the keyboard; the returned function ends that. */
export function listenToKeys(): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return
    const shortcut = shortcutFor(event)
    if (!shortcut) return
    event.preventDefault()
    shortcut.run()
  }
  window.addEventListener('keydown', listener)
  return () => window.removeEventListener('keydown', listener)
}

function shortcutFor(event: KeyboardEvent): Shortcut | undefined {
  const key = keyOf(event)
  const isCombined = key.startsWith('mod+')
  if (!isCombined && (!letters.get() || isTyping(event.target) || document.querySelector('dialog[open]')))
    return undefined
  const offered = list.get()
  const pair = first && event.timeStamp - first.at < PAUSE_MS ? `${first.key} ${key}` : null
  first = null
  const found =
    (pair && offered.find(({ keys }) => keys === pair)) || offered.find(({ keys }) => keys === key)
  if (!found && offered.some(({ keys }) => keys.startsWith(`${key} `))) first = { key, at: event.timeStamp }
  return found
}

function keyOf({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string {
  const name = key.length === 1 ? key.toLowerCase() : key
  if (altKey) return `alt+${name}`
  return ctrlKey || metaKey ? `mod+${name}` : name
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

/** Keys as people read them: `mod+k` → `Ctrl K`. */
export function spelled(keys: string): string[] {
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform)
  return keys.split(/(?<=.)[+ ]/).map((key) => {
    if (key === 'mod') return isMac ? '⌘' : 'Ctrl'
    return NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)
  })
}

const NAMES: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Enter: '↵',
}
