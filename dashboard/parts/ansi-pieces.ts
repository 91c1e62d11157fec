/** Output of a program → styled pieces. Colours and weights stay, every other control code is dropped. */

/** Styled piece of a text. */
export interface Piece {
  text: string
  /** Names of classes. */
  style: string
  /** Offset in the text. */
  from: number
}

/** Control codes: a colour or weight; any other sequence after ESC; a single control character. */
const CODE =
  /\x1b\[([0-9;]*)m|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[PX^_][^\x1b]*(?:\x1b\\|$)|\x1b[ -/]*[0-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

interface Style {
  colour: string
  weight: string
}

const PLAIN: Style = { colour: '', weight: '' }

/** Splits output into styled pieces. */
export function ansiPieces(text: string): Piece[] {
  const pieces: Piece[] = []
  let style = PLAIN
  let from = 0
  const put = (to: number) => {
    if (to <= from) return
    const name = `${style.colour} ${style.weight}`.trim()
    const last = pieces.at(-1)
    if (last && last.style === name) last.text += text.slice(from, to)
    else pieces.push({ text: text.slice(from, to), style: name, from })
  }
  for (const match of text.matchAll(CODE)) {
    put(match.index)
    from = match.index + match[0].length
    if (match[1] !== undefined) style = match[1].split(';').map(Number).reduce(styled, style)
  }
  put(text.length)
  return pieces
}

function styled(style: Style, code: number): Style {
  if (code === 0) return PLAIN
  if (code === 1) return { ...style, weight: 'ansi-bold' }
  if (code === 2) return { ...style, weight: 'ansi-dim' }
  if (code === 22) return { ...style, weight: '' }
  if (code === 39) return { ...style, colour: '' }
  const colour = COLOURS[code >= 90 ? code - 90 : code - 30]
  return colour === undefined || code < 30 ? style : { ...style, colour: `ansi-${colour}` }
}
