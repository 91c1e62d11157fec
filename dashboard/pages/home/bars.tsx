/** Bars: landings in each of the last 24 hours, also as a sentence. */
const [WIDTH, HEIGHT, GAP] = [240, 36, 2]

/** Shows the bars; one value per hour, the oldest first. */
export function Bars({ values }: { values: readonly number[] }) {
  const most = Math.max(1, ...values)
  const width = WIDTH / values.length
  const total = values.reduce((sum, each) => sum + each, 0)
  const name = `${total} landed in the last ${values.length} hours, at most ${Math.max(0, ...values)} in one`
  return (
    <svg
      className="bars"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={name}
    >
      {bars(values, most).map(({ place, height, isEmpty }) => (
        <rect
          key={place}
          x={place * width + GAP / 2}
          y={HEIGHT - height}
          width={width - GAP}
          height={height}
          data-empty={isEmpty}
        />
      ))}
    </svg>
  )
}

const bars = (values: readonly number[], most: number) =>
  values.map((value, place) => ({
    place,
    height: value === 0 ? 2 : Math.max(4, (value / most) * HEIGHT),
    isEmpty: value === 0,
  }))
