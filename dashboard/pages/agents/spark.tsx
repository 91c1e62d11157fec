/** Sparkline: a number over the last minutes as a line, its present value, and the same in words. */

const [WIDTH, HEIGHT] = [160, 32]

interface SparkProps {
  name: string
  now: string
  values: readonly { at: number; value: number }[]
}

/** Shows a sparkline. */
export function Spark({ name, now, values }: SparkProps) {
  const first = values[0]
  const last = values.at(-1)
  const minutes = first && last ? Math.max(1, Math.round((last.at - first.at) / 60_000)) : 0
  return (
    <figure className="spark">
      <figcaption>
        <span className="quiet">{name}</span> <span className="number">{now}</span>
      </figcaption>
      {first && last && values.length > 1 && (
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${name} in the last ${minutes} min, since this page is open`}
        >
          <polyline points={points(values)} />
        </svg>
      )}
    </figure>
  )
}

function points(values: SparkProps['values']): string {
  const from = values[0]!.at
  const span = Math.max(1, values.at(-1)!.at - from)
  const most = Math.max(1, ...values.map(({ value }) => value))
  return values
    .map(({ at, value }) => {
      const x = ((at - from) / span) * WIDTH
      const y = HEIGHT - 1 - (value / most) * (HEIGHT - 2)
      return `${x.toFixed(1)},${y.toFixed(1)}`
    })
    .join(' ')
}
