/** Router: addresses with their parameters, the browser's own history, and links that are real links. */
import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
const announce = () => {
  for (const listener of listeners) listener()
}
if (typeof window !== 'undefined') window.addEventListener('popstate', announce)

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Path of the present address. */
export const usePath = (): string => useSyncExternalStore(subscribe, () => window.location.pathname)
const useSearch = (): string => useSyncExternalStore(subscribe, () => window.location.search)

/** Goes to an address of ours. `replace`: without a step for the Back button, as for a filter that is typed. */
export function go(address: string, how: 'push' | 'replace' = 'push'): void {
  if (address === window.location.pathname + window.location.search) return
  if (how === 'push') window.history.pushState(null, '', address)
  else window.history.replaceState(null, '', address)
  announce()
}

/** Reads one parameter of the address, '' when it is missing; gives its setter, too. */
export function useParameter(name: string): [string, (value: string) => void] {
  const value = new URLSearchParams(useSearch()).get(name) ?? ''
  return [
    value,
    (next) => {
      const parameters = new URLSearchParams(window.location.search)
      if (next === '') parameters.delete(name)
      else parameters.set(name, next)
      const query = parameters.toString()
      go(window.location.pathname + (query && `?${query}`), 'replace')
    },
  ]
}

/** Parameters of a path that matches a pattern such as `/tickets/:id`; null when it does not. */
export function matched(pattern: string, path: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split('/'), path.replace(/(.)\/$/, '$1').split('/')]
  if (wanted.length !== given.length) return null
  const parameters: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index]!
    if (part.startsWith(':')) parameters[part.slice(1)] = decoded(value)
    else if (part !== value) return null
  }
  return parameters
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
