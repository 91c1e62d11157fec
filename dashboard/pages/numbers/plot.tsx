/** Plot in the colours of the theme. */
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useCell } from '../../live/cell.ts'
import { theme } from '../../shell/theme.ts'

/** Series of a plot. */
export interface Series {
  name: string
  /** Name of a variable of the style. */
  colour: string
  kind: 'bars' | 'line'
  /** Values; null: unknown. */
  values: readonly (number | null)[]
}

interface PlotProps {
  label: string
  /** Labels below the values. */
  names: readonly string[]
  series: readonly Series[]
  /** True for whole numbers of things. */
  isCount: boolean
}

const HEIGHT = 190
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

/** Shows a plot. */
export function Plot({ label, names, series, isCount }: PlotProps) {
  const host = useRef<HTMLDivElement>(null)
  const chosen = useCell(theme)
  // By what they hold: the arrays are made anew with every look at the numbers.
  const drawn = JSON.stringify({ names, series, isCount, chosen })
  useEffect(() => {
    const element = host.current
    if (!element) return
    const given = JSON.parse(drawn) as Omit<PlotProps, 'label'>
    let plot = draw(element, given)
    const again = () => {
      plot.destroy()
      plot = draw(element, given)
    }
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', again)
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }))
    observer.observe(element)
    return () => {
      dark.removeEventListener('change', again)
      observer.disconnect()
      plot.destroy()
    }
  }, [drawn])
  return <div ref={host} className="plot" role="img" aria-label={label} />
}

function draw(element: HTMLElement, { names, series, isCount }: Omit<PlotProps, 'label'>): uPlot {
  const colour = colours(element)
  const axis = { stroke: colour('--ink-soft'), ticks: { show: false }, font: '11px system-ui, sans-serif' }
  const grid = { stroke: colour('--line'), width: 1 }
  const options: uPlot.Options = {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: true, live: true },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: [-0.6, names.length - 0.4] },
      y: { range: (_, __, most) => [0, top(most)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        incrs: [1, 2, 3, 5, 7, 10, 15, 30],
        size: 30,
        space: 56,
        values: (_, places) => places.map((place) => names[place] ?? ''),
      },
      { ...axis, grid, size: 46, ...(isCount && { incrs: WHOLE }), values: (_, values) => values.map(short) },
    ],
    series: [
      { label: ' ', value: (_, place) => (place === null ? '' : (names[place] ?? '')) },
      ...series.map(({ name, colour: of, kind }) => ({
        label: name,
        stroke: colour(of),
        width: 2,
        value: (_: uPlot, value: number | null, __: number, at: number | null) =>
          at === null ? '' : value === null ? 'unknown' : short(value),
        ...(kind === 'bars'
          ? {
              fill: colour(of),
              width: 0,
              paths: uPlot.paths.bars!({ size: [0.7, 40] }),
              points: { show: false },
            }
          : { points: { show: true, size: 6, fill: colour(of) }, spanGaps: true }),
      })),
    ],
  }
  const data = [names.map((_, place) => place), ...series.map(({ values }) => [...values])]
  return new uPlot(options, data as uPlot.AlignedData, element)
}

/** Top of the scale: even a plot of nothing has a height. */
const top = (most: number | null): number => (most && most > 0 ? most * 1.1 : 1)

const short = (value: number): string =>
  value >= 1000 ? `${+(value / 1000).toFixed(1)} k` : String(+value.toFixed(value < 10 ? 2 : 0))

/** Resolves colours: a canvas knows no variables, so the browser is asked for each. */
function colours(element: HTMLElement): (name: string) => string {
  const probe = document.createElement('span')
  element.append(probe)
  const found = new Map<string, string>()
  for (const name of ['--ink-soft', '--line', '--good', '--bad', '--warn', '--accent']) {
    probe.style.color = `var(${name})`
    found.set(name, getComputedStyle(probe).color)
  }
  probe.remove()
  return (name) => found.get(name) ?? 'currentColor'
}
