/** Resource use of the agents' sandboxes while this page is open: the server reports only the present. */
import type { UseQueryResult } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Status } from '../../../src/api/client.ts'
import { queries } from '../../live/queries.ts'

/** Resource use at one moment. */
export interface Sample {
  at: number
  /** Processor use in percent; 100 is one core. */
  cpu: number
  bytes: number
}

const STEP_MS = 2000
/** Maximum number of samples: five minutes. */
const MOST = 150

/** Collects samples by the agent's name; one for each answer, even when it equals the one before. */
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
