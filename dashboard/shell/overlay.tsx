/** What opens over the page: the palette, and the sheet of keys. */
import { Palette } from './palette.tsx'
import { Sheet } from './sheet.tsx'

export type Overlaid = 'palette' | 'sheet' | 'more' | null

export function Overlay({ open, onOpen }: { open: Overlaid; onOpen: (open: Overlaid) => void }) {
  if (open === 'palette') return <Palette onClose={() => onOpen(null)} />
  return open === 'sheet' ? <Sheet onClose={() => onOpen(null)} /> : null
}
