/**
 * Makes the elements of all pages, in the place of React's own `jsx`: so no text of others comes onto a page but as it
 * may be shown, whichever page it is. What would reorder, hide or steer the text around it is shown as what it is, as in
 * a terminal; and what is written from right to left takes its own direction and turns nothing round beside it.
 * `scripts/build/dashboard.ts` puts it there. What people edit (`value`) stays as it is.
 */
import { createElement, type ElementType, type Key, type ReactNode } from 'react'
import { Fragment, jsx as one, jsxs as several } from 'react/jsx-runtime'
import { hasRightToLeft, visible } from '../../src/ticket/visible.ts'

export { Fragment }

type Props = Record<string, unknown> & { children?: ReactNode }

/** Makes an element with one child at most. */
export const jsx = (type: ElementType, props: Props, key?: Key) => one(type, shown(type, props, text), key)

/** Makes an element with several children. */
export const jsxs = (type: ElementType, props: Props, key?: Key) =>
  several(type, shown(type, props, apart), key)

/** Attributes that a browser or a screen reader shows. */
const SHOWN = ['title', 'aria-label', 'aria-description', 'aria-valuetext', 'alt', 'placeholder'] as const

/** Elements whose text always runs from left to right (`style/elements.css`). */
const CODE: unknown[] = ['code', 'pre', 'kbd', 'samp']

/**
 * Makes properties safe to show. For an element of ours, such as `<Card>`, that happens at the elements it consists of.
 */
function shown(type: ElementType, props: Props, within: (children: ReactNode) => ReactNode): Props {
  const { children } = props
  const made: Props = children === undefined ? { ...props } : { ...props, children: within(children) }
  if (typeof type !== 'string') return made
  for (const name of SHOWN) {
    const text = props[name]
    if (typeof text === 'string') made[name] = visible(text)
  }
  const turns = typeof children === 'string' && hasRightToLeft(children) && !CODE.includes(type)
  return turns && props.dir === undefined ? { ...made, dir: 'auto' } : made
}

/** Isolates text from the children beside it. */
const apart = (children: ReactNode): ReactNode =>
  Array.isArray(children) ? children.map(isolated) : text(children)

const isolated = (child: ReactNode, index: number): ReactNode =>
  typeof child === 'string' && hasRightToLeft(child)
    ? createElement('bdi', { key: `text ${index}` }, visible(child))
    : text(child)

/** Makes text safe. The texts of a list are pieces of one text; elements were handled when they were made. */
const text = (child: ReactNode): ReactNode => {
  if (typeof child === 'string') return visible(child)
  return Array.isArray(child) ? child.map(text) : child
}
