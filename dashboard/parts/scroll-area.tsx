/** Area that scrolls by itself: it takes the focus, so that it scrolls by keys, too. */
import { type HTMLAttributes, type Ref, useImperativeHandle, useLayoutEffect, useRef } from 'react'

interface ScrollAreaProps extends HTMLAttributes<HTMLElement> {
  /** Name of its content, for screen readers. */
  label: string
  ref?: Ref<HTMLElement>
}

/** Shows an area that scrolls. */
export function ScrollArea({ label, ref, ...rest }: ScrollAreaProps) {
  const area = useRef<HTMLElement>(null)
  useImperativeHandle(ref, () => area.current!)
  useLayoutEffect(() => {
    if (area.current) area.current.tabIndex = 0
  }, [])
  return <section ref={area} aria-label={label} {...rest} />
}
