/** Overlays of the page: the palette, and the sheet of keys. */
import { Palette } from './palette.tsx'
import { Sheet } from './sheet.tsx'

/** Name of the open overlay; null for none. */
export type Overlaid = 'palette' | 'sheet' | 'more' | null

/** Shows the open overlay. */
export function Overlay({ open, onOpen }: { open: Overlaid; onOpen: (open: Overlaid) => void }) {
  if (open === 'palette') return <Palette onClose={() => onOpen(null)} />
  return open === 'sheet' ? <Sheet onClose={() => onOpen(null)} /> : null
}
