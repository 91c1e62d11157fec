/** Draws a film as one SVG that moves by itself, of the same size whatever is in it. Pure. */
import { COLUMNS, type Column, type Film, type Frame } from './film.ts'

export interface Wording {
  title: string
  /** What somebody is told who does not see it. */
  description: string
  /** Typed above the first line. */
  prompt: string
}

/** `still`: the moment with most tickets under way, without any motion. */
export type Motion = 'moving' | 'still'

const WIDTH = 960
const HEIGHT = 540
/** Seconds that the run takes in the picture, and for how long its end stands still. */
const PLAYS = 24
const STANDS = 5
/** Seconds of a card on its way. */
const MOVES = 0.35

const EDGE = 20
const COLUMN = (WIDTH - 2 * EDGE) / COLUMNS.length
const CARD = { top: 66, height: 24, step: 28, width: COLUMN - 12, letters: 23 }
/** Cards that a column has room for. */
const ROOM = 7
const TERMINAL = { top: 286, height: HEIGHT - 286 - EDGE, step: 19, rows: 10, letters: 116 }

/** Gives the picture. The moving one stands still where somebody has asked for less motion and the browser passes that on. */
export function draw(film: Film, { title, description, prompt }: Wording, motion: Motion): string {
  const clock = clockOf(film.frames)
  const still = busiest(film.frames)
  const parts = [
    ...[board(), ...COLUMNS.map((column, at) => heading(film.frames, { column, at, clock, still }))],
    '<g clip-path="url(#columns)">',
    ...[...film.titles].map(([id, name]) => card(film.frames, { id, name, clock, still })),
    '</g>',
    terminal(film, { prompt, clock, still }),
  ]
  const drawn = parts.join('\n')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="t d">
<title id="t">${escaped(title)}</title>
<desc id="d">${escaped(description)}</desc>
<style>${STYLE}${motion === 'still' ? '.x{animation:none!important}' : ''}</style>
<defs><clipPath id="columns"><rect x="0" y="${CARD.top - 6}" width="${WIDTH}" height="${ROOM * CARD.step + 2}"/></clipPath>
<clipPath id="lines"><rect x="${EDGE}" y="${TERMINAL.top + 36}" width="${WIDTH - 2 * EDGE}" height="${TERMINAL.height - 44}"/></clipPath></defs>
${motion === 'still' ? drawn.replaceAll(/<style>.*?<\/style>/g, '') : drawn}
</svg>
`
}

const STYLE = `svg{--g:#f6f7f9;--p:#fff;--l:#d4d9e0;--i:#1d2530;--s:#5b6673;--a:#2f6fde;--o:#177a4b;--w:#9a5b00;--n:#6240c4;color-scheme:light dark}
@media (prefers-color-scheme:dark){svg{--g:#12161c;--p:#1b212a;--l:#333c48;--i:#e6eaf0;--s:#98a3b1;--a:#7aa9ff;--o:#5ecb92;--w:#e8b05c;--n:#b49cff}}
text{font:500 13px ui-sans-serif,system-ui,sans-serif;fill:var(--i)}.m{font:12.5px ui-monospace,Menlo,Consolas,monospace}
.s{fill:var(--s)}.good{fill:var(--o)}.warn{fill:var(--w)}.note{fill:var(--n)}.k{fill:var(--p);stroke:var(--l)}.c text{font-size:12px}
.x{animation-duration:${PLAYS + STANDS}s;animation-iteration-count:infinite;animation-timing-function:linear}
.x.j{animation-timing-function:step-end}
@media (prefers-reduced-motion:reduce){.x{animation:none!important}}`

/** Of a moment of the run: the percentage of the picture's time. */
type Clock = (at: number) => number

function clockOf(frames: Frame[]): Clock {
  const end = Math.max(1, frames.at(-1)?.at ?? 1)
  return (at) => ((at / end) * PLAYS * 100) / (PLAYS + STANDS)
}

/** The frame with most tickets under way, the last one of these. */
function busiest(frames: Frame[]): Frame {
  const under = ({ board }: Frame) => {
    const columns = [board['In progress'], board['Waiting for you'], board['Merge queue']]
    return columns.filter(({ length }) => length > 0).length * 100 + columns.flat().length
  }
  return frames.reduce((best, frame) => (under(frame) >= under(best) ? frame : best))
}

interface Told {
  clock: Clock
  still: Frame
}

const board = (): string =>
  [
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="12" fill="var(--g)" stroke="var(--l)"/>`,
    ...COLUMNS.slice(1).map((_, at) => {
      const x = EDGE + (at + 1) * COLUMN - 6
      return `<path d="M${x} 28V${CARD.top + ROOM * CARD.step - 4}" stroke="var(--l)"/>`
    }),
  ].join('')

/** The name of a column, and how many tickets are in it. */
function heading(
  frames: Frame[],
  { column, at, clock, still }: Told & { column: Column; at: number },
): string {
  const x = EDGE + at * COLUMN
  const name = `<text x="${x + 4}" y="46" font-weight="600">${column}</text>`
  const counts = new Map<number, [at: number, shown: boolean][]>()
  for (const frame of frames) {
    const now = frame.board[column].length
    for (const count of new Set([now, ...counts.keys()])) {
      const told = counts.get(count) ?? []
      if (told.at(-1)?.[1] !== (count === now)) told.push([clock(frame.at), count === now])
      counts.set(count, told)
    }
  }
  const numbers = [...counts].map(([count, told]) => {
    const key = `n${at}-${count}`
    const opacity = (shown: boolean) => `opacity:${Number(shown)}`
    const stops = [
      ...(told[0]![0] > 0 ? [`0%{${opacity(false)}}`] : []),
      ...told.map(([when, shown]) => `${percent(when)}{${opacity(shown)}}`),
      `100%{${opacity(told.at(-1)![1])}}`,
    ]
    const is = still.board[column].length === count
    return `<style>@keyframes ${key}{${stops.join('')}}</style><text class="s x j" x="${x + COLUMN - 20}" y="46" text-anchor="end" style="${opacity(is)};animation-name:${key}">${count}</text>`
  })
  return name + numbers.join('')
}

/** Null: not there yet. */
type Place = { x: number; y: number } | null

function placeOf({ board }: Frame, id: number): Place {
  for (const [at, column] of COLUMNS.entries()) {
    const row = board[column].indexOf(id)
    if (row >= 0) return { x: EDGE + at * COLUMN, y: CARD.top + Math.min(row, ROOM + 1) * CARD.step }
  }
  return null
}

function card(frames: Frame[], { id, name, clock, still }: Told & { id: number; name: string }): string {
  const looks = (place: Place) =>
    place
      ? `transform:translate(${round(place.x)}px,${place.y}px);opacity:1`
      : 'transform:translate(0,0);opacity:0'
  const moving = (MOVES * 100) / (PLAYS + STANDS)
  const stops: string[] = []
  let before = ''
  let last = 0
  for (const frame of frames) {
    const look = looks(placeOf(frame, id))
    const at = clock(frame.at)
    if (look === before) continue
    if (before !== '') stops.push(`${percent(Math.max(last, at - moving))}{${before}}`)
    stops.push(`${percent(at)}{${look}}`)
    before = look
    last = at
  }
  stops.push(`100%{${before}}`)
  return `<style>@keyframes c${id}{${stops.join('')}}</style><g class="c x" style="${looks(placeOf(still, id))};animation-name:c${id}"><rect class="k" width="${round(CARD.width)}" height="${CARD.height}" rx="5"/><text x="8" y="16"><tspan class="s">${id}</tspan> ${escaped(cut(name, CARD.letters - String(id).length))}</text></g>`
}

/** The lines scroll by, the newest at the bottom. */
function terminal({ lines, frames }: Film, { prompt, clock, still }: Told & { prompt: string }): string {
  const shift = (said: number) => `transform:translateY(${(TERMINAL.rows - said) * TERMINAL.step}px)`
  const stops: string[] = []
  let before = -1
  for (const { at, said } of frames) {
    if (said !== before) stops.push(`${percent(clock(at))}{${shift(said)}}`)
    before = said
  }
  stops.push(`100%{${shift(before)}}`)
  const texts = lines.map(({ text, tone }, row) => {
    const y = TERMINAL.top + 50 + row * TERMINAL.step
    return `<text class="m ${tone}" x="${EDGE + 14}" y="${y}">${escaped(cut(text, TERMINAL.letters))}</text>`
  })
  return [
    `<rect class="k" x="${EDGE}" y="${TERMINAL.top}" width="${WIDTH - 2 * EDGE}" height="${TERMINAL.height}" rx="8"/>`,
    `<text class="m s" x="${EDGE + 14}" y="${TERMINAL.top + 23}">$ ${escaped(prompt)}</text>`,
    `<text class="s" x="${WIDTH - EDGE - 14}" y="${TERMINAL.top + 23}" text-anchor="end">${speedOf(frames)}</text>`,
    `<style>@keyframes l{${stops.join('')}}</style>`,
    `<g clip-path="url(#lines)"><g class="x j" style="${shift(still.said)};animation-name:l">`,
    ...texts,
    '</g></g>',
  ].join('\n')
}

function speedOf(frames: Frame[]): string {
  const times = (frames.at(-1)?.at ?? 0) / 1000 / PLAYS
  return times < 1.5 ? 'as fast as it was' : `${Math.round(times)} times as fast as it was`
}

const percent = (value: number): string => `${round(value)}%`
const round = (value: number): number => Math.round(value * 100) / 100

function cut(text: string, letters: number): string {
  const all = [...text]
  return all.length <= letters
    ? text
    : `${all
        .slice(0, letters - 1)
        .join('')
        .trimEnd()}…`
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`).replace(/[^\P{C}]/gu, ' ')
