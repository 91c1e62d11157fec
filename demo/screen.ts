/** Live progress: on a terminal a few lines that stay at the bottom while the story scrolls by, elsewhere plain lines. */

const PAINT = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const
export type Paint = keyof typeof PAINT

export interface Screen {
  /** One line of the story. */
  say(line: string): void
  /** What stays at the bottom. */
  foot(lines: string[]): void
  paint(text: string, paint: Paint): string
  /** Leaves what was said, without the foot. */
  close(): void
}

export function openScreen(out: NodeJS.WriteStream): Screen {
  const live = Boolean(out.isTTY)
  const colours = live && !process.env.NO_COLOR
  let foot: string[] = []
  const erase = () => (live && foot.length > 0 ? `\x1b[${foot.length}A\x1b[J` : '')
  const draw = () => (live && foot.length > 0 ? `${foot.join('\n')}\n` : '')
  const clip = (line: string) => cut(line, (out.columns ?? 100) - 1)
  return {
    say: (line) => out.write(`${erase()}${live ? clip(line) : line}\n${draw()}`),
    foot: (lines) => {
      if (!live) return
      const before = erase()
      foot = lines.map(clip)
      out.write(before + draw())
    },
    paint: (text, paint) => (colours ? `\x1b[${PAINT[paint]}m${text}\x1b[0m` : text),
    close: () => {
      out.write(erase())
      foot = []
    },
  }
}

/** Cuts a line that may hold colours to a width in columns, so that the foot never wraps. */
function cut(line: string, width: number): string {
  let columns = 0
  let kept = ''
  for (const part of line.split(/(\x1b\[\d+m)/)) {
    if (part.startsWith('\x1b')) {
      kept += part
      continue
    }
    const room = width - columns
    kept += [...part].slice(0, Math.max(0, room)).join('')
    columns += [...part].length
  }
  return columns > width ? `${kept}\x1b[0m` : kept
}

export function bar(done: number, all: number, width: number): string {
  const full = all === 0 ? 0 : Math.round((done / all) * width)
  return '█'.repeat(full) + '░'.repeat(width - full)
}
