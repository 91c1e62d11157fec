/**
 * Resource use of containers, from `docker stats`, which takes 1 to 2 s: the last answer is given while a new one is
 * fetched.
 */
import type { Reading } from '../../ports/sandbox.ts'
import type { Engine } from './engine.ts'

const EVERY_MS = 3_000

/** Makes a reader of `open`: names of containers → names of their sandboxes. */
export function openReadings(engine: Engine): (open: Map<string, string>) => Promise<Reading[]> {
  let known = new Map<string, Omit<Reading, 'name'>>()
  let asking: Promise<void> | null = null
  let asked = Number.NEGATIVE_INFINITY
  const ask = async (names: string[]) => {
    const args = ['stats', '--no-stream', '--format', '{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}', ...names]
    known = readingsIn(await engine.ask(args, { timeoutMs: 10_000 }))
  }
  return async (open) => {
    if (open.size > 0 && asking === null && performance.now() - asked > EVERY_MS) {
      asked = performance.now()
      // A container that has just ended makes the whole answer an error; the next one is better.
      asking = ask([...open.keys()])
        .catch(() => {})
        .finally(() => {
          asking = null
        })
    }
    return [...open].flatMap(([container, name]) => {
      const reading = known.get(container)
      return reading ? [{ name, ...reading }] : []
    })
  }
}

/** Parses output of `docker stats`: container name, CPU percent and memory per line; other lines are ignored. */
export function readingsIn(text: string): Map<string, Omit<Reading, 'name'>> {
  const found = new Map<string, Omit<Reading, 'name'>>()
  for (const line of text.split('\n')) {
    const [name, cpu, memory] = line.split('\t')
    const memoryBytes = bytesOf(memory?.split('/')[0] ?? '')
    const cpuPercent = Number.parseFloat(cpu ?? '')
    if (name && memoryBytes !== null && Number.isFinite(cpuPercent))
      found.set(name, { cpuPercent, memoryBytes })
  }
  return found
}

const UNITS: Record<string, number> = {
  ...{ B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9 },
  ...{ KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 },
}

function bytesOf(text: string): number | null {
  const [, number, unit] = /^\s*([\d.]+)\s*([A-Za-z]+)\s*$/.exec(text) ?? []
  const factor = UNITS[unit ?? '']
  return factor === undefined ? null : Math.round(Number(number) * factor)
}
