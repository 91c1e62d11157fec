/** A value that changes, and whoever wants to know. */
import { useSyncExternalStore } from 'react'

export interface Cell<T> {
  get(): T
  set(value: T): void
  subscribe(listener: () => void): () => void
}

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

/** The value now, drawn again whenever it changes. */
export const useCell = <T>({ subscribe, get }: Pick<Cell<T>, 'get' | 'subscribe'>): T =>
  useSyncExternalStore(subscribe, get)
