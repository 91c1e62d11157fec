/**
 * A screenshot with 256 colours: a third of its bytes, and nobody sees the difference. Pages have few colours and many
 * shades between two of them where letters have their edges.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
/** So many colours that most pixels have, and the rest of 256 from everywhere, so that a rare one is not lost. */
const FREQUENT = 96
const MOST = 256

/** `png`: eight bits each of red, green and blue, as Chromium makes it. */
export function smallPng(png: Buffer): Buffer {
  const { width, height, pixels } = decoded(png)
  const palette = paletteOf(pixels)
  const near = nearestIn(palette)
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    rows[to++] = 0
    for (let x = 0; x < width; x++, from += 3) rows[to++] = near(pixels, from)
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function decoded(png: Buffer) {
  const parts: Buffer[] = []
  let head: Buffer = Buffer.alloc(13)
  for (let at = 8; at < png.length; ) {
    const [length, type] = [png.readUInt32BE(at), png.toString('latin1', at + 4, at + 8)]
    const data = png.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') head = data
    if (type === 'IDAT') parts.push(data)
    at += 12 + length
  }
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)]
  if (head[8] !== 8 || head[9] !== 2 || head[12] !== 0) throw new Error('This PNG is of another kind.')
  return { width, height, pixels: unfiltered(inflateSync(Buffer.concat(parts)), width * 3, height) }
}

/** Each row says how it was told by its neighbours. */
function unfiltered(raw: Buffer, stride: number, height: number): Buffer {
  const pixels = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const left = x < 3 ? 0 : pixels[at - 3]!
      const up = y === 0 ? 0 : pixels[at - stride]!
      const corner = x < 3 || y === 0 ? 0 : pixels[at - stride - 3]!
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!
      pixels[at] = raw[y * (stride + 1) + 1 + x]! + guess
    }
  }
  return pixels
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)] as const
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

type Colour = [red: number, green: number, blue: number]

function paletteOf(pixels: Buffer): Colour[] {
  const found = new Map<number, number>()
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = pixels.readUIntBE(at, 3)
    found.set(colour, (found.get(colour) ?? 0) + 1)
  }
  const colours = [...found].sort((a, b) => b[1] - a[1]).map(([colour]) => colour)
  const near = new Map<number, number>()
  for (const colour of colours) if (!near.has(colour & 0xf8f8f8)) near.set(colour & 0xf8f8f8, colour)
  return [...new Set([...colours.slice(0, FREQUENT), ...near.values()])]
    .slice(0, MOST)
    .map((colour): Colour => [colour >> 16, (colour >> 8) & 255, colour & 255])
}

function nearestIn(palette: Colour[]) {
  const known = new Map<number, number>()
  return (pixels: Buffer, at: number): number => {
    const key = pixels.readUIntBE(at, 3)
    const before = known.get(key)
    if (before !== undefined) return before
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (const [place, [red, green, blue]] of palette.entries()) {
      const far = (red - pixels[at]!) ** 2 + (green - pixels[at + 1]!) ** 2 + (blue - pixels[at + 2]!) ** 2
      if (far < least) [least, best] = [far, place]
    }
    known.set(key, best)
    return best
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}
