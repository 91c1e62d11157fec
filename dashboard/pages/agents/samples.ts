/** What the agents' sandboxes use, as it was while this page was open: the server tells only what is now. */
import type { UseQueryResult } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Status } from '../../../src/api/client.ts'
import { queries } from '../../live/queries.ts'

export interface Sample {
  at: number
  /** 100 is one core. */
  cpu: number
  bytes: number
}

const STEP_MS = 2000
/** Five minutes. */
const MOST = 150

/** By the agent's name; one for each answer, also when it says the same as the one before. */
export function useSamples({
  data,
  dataUpdatedAt: at,
}: UseQueryResult<Status>): ReadonlyMap<string, readonly Sample[]> {
  const [samples, setSamples] = useState<ReadonlyMap<string, readonly Sample[]>>(new Map())
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void queries.invalidateQueries({ queryKey: ['status'] })
    }, STEP_MS)
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    if (!data) return
    setSamples((before) => {
      const next = new Map(before)
      for (const { name, cpu_percent: cpu, memory_bytes: bytes } of data.agents)
        if (cpu !== null && bytes !== null)
          next.set(name, [...(next.get(name) ?? []), { at, cpu, bytes }].slice(-MOST))
      return next
    })
  }, [data, at])
  return samples
}
