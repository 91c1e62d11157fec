/**
 * Part whose code is loaded when it is first drawn, or earlier on request. React's own way, `lazy`, delays a loaded
 * part: after a placeholder it shows nothing else for 300 ms. This shows it at once.
 */
import { type ComponentType, type ReactNode, useLayoutEffect, useState } from 'react'
import { cell, useCell } from '../live/cell.ts'
import { reloadOnce } from '../live/reload.ts'

/** Component that is loaded later. */
export interface Later<P> {
  (props: P): ReactNode
  /** Begins to load it, if nobody has. */
  preload(): Promise<void>
}

/** Makes a component from a loader; `Placeholder` is drawn until it is loaded. */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  Placeholder: ComponentType<P>,
): Later<P> {
  const loaded = cell<ComponentType<P> | null>(null)
  let loading: Promise<void> | null = null
  const preload = () => {
    loading ??= load().then(loaded.set, (error) => {
      loading = null
      throw error
    })
    return loading
  }

  function Late(props: P) {
    const Loaded = useCell(loaded)
    const [problem, setProblem] = useState<Error | null>(null)
    useLayoutEffect(() => {
      preload().catch(async (error) => {
        if (!(await reloadOnce())) setProblem(error)
      })
    }, [])
    if (problem) throw problem
    return Loaded ? <Loaded {...props} /> : <Placeholder {...props} />
  }
  return Object.assign(Late, { preload })
}
