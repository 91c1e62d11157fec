/** Value that changes, and its subscribers. */
import { useSyncExternalStore } from 'react'

/** Value that can be read, set and subscribed to. */
export interface Cell<T> {
  get(): T
  set(value: T): void
  subscribe(listener: () => void): () => void
}

/** Makes a cell with a first value; setting an equal value notifies nobody. */
export function cell<T>(first: T): Cell<T> {
  let value = first
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return
      value = next
      for (const listener of [...listeners]) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Reads a cell in a component, which is drawn again whenever the value changes. */
export const useCell = <T>({ subscribe, get }: Pick<Cell<T>, 'get' | 'subscribe'>): T =>
  useSyncExternalStore(subscribe, get)
