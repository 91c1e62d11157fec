/**
 * Detection of scrolling by a person, and its direction: a list that learns the heights of its rows moves by itself,
 * too.
 */
import { type RefObject, useEffect, useRef } from 'react'

/** Milliseconds after a wheel, a touch or a key in which scrolling counts as a person's. */
const HAND_MS = 1000

/** Direction; null where it is unknown, as on a scroll bar. */
export type Way = 'up' | 'down' | null

const KEYS: Record<string, Way> = {
  ArrowUp: 'up',
  PageUp: 'up',
  Home: 'up',
  ArrowDown: 'down',
  PageDown: 'down',
  End: 'down',
}

/**
 * Watches for hands. `up` is called when a hand turns up, before anything moves: a row that comes in between must not
 * undo it.
 */
export function useHands(frame: RefObject<HTMLElement | null>, up: () => void) {
  const until = useRef(0)
  const way = useRef<Way>(null)
  const turned = useRef(up)
  turned.current = up
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const ended = new AbortController()
    const on = { capture: true, passive: true, signal: ended.signal }
    const moved = (where: Way) => {
      until.current = performance.now() + HAND_MS
      way.current = where
      if (where === 'up') turned.current()
    }
    let finger = 0
    element.addEventListener('wheel', ({ deltaY }) => deltaY !== 0 && moved(deltaY < 0 ? 'up' : 'down'), on)
    for (const type of ['touchstart', 'touchmove'] as const) {
      const touched = ({ touches }: TouchEvent) => {
        const { clientY } = touches[0]!
        if (type === 'touchmove' && clientY !== finger) moved(clientY > finger ? 'up' : 'down')
        finger = clientY
      }
      element.addEventListener(type, touched, on)
    }
    element.addEventListener('keydown', ({ key }) => moved(KEYS[key] ?? null), on)
    element.addEventListener(
      'pointerdown',
      () => {
        until.current = Number.POSITIVE_INFINITY
        way.current = null
      },
      on,
    )
    const released = () => until.current === Number.POSITIVE_INFINITY && moved(way.current)
    for (const type of ['pointerup', 'pointercancel']) window.addEventListener(type, released, on)
    return () => ended.abort()
  }, [frame])
  return {
    move: () => performance.now() < until.current,
    way: () => way.current,
    rest: () => {
      until.current = 0
      way.current = null
    },
  }
}
