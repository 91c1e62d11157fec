/** Navigation of the dashboard: a column at the side, or a bar at the foot of a phone. */
import { Ellipsis, Keyboard, Monitor, Moon, Search, Sun } from 'lucide-react'
import { useCell } from '../live/cell.ts'
import { useWaiting } from '../live/inbox.ts'
import { useProject } from '../live/shared.ts'
import { Dialog } from '../parts/dialog.tsx'
import { ConnectionDot } from './connection-note.tsx'
import { Link } from './link.tsx'
import type { Overlaid } from './overlay.tsx'
import type { Page } from './page.ts'
import { matched } from './router.ts'
import { spelled } from './shortcuts.ts'
import { nextTheme, setTheme, type Theme, theme } from './theme.ts'

interface Ways {
  entries: readonly Page[]
  path: string
  onOpen: (open: Overlaid) => void
}

/** Shows the column. */
export function Sidebar({ entries, path, onOpen }: Ways) {
  const project = useProject().data?.name
  return (
    <nav className="sidebar" aria-label="Pages">
      <Link to="/" className="sidebar-brand">
        <img src="/favicon.svg" alt="" width="22" height="22" />
        <span className="sidebar-project">{project ?? 'swarm'}</span>
      </Link>
      <button type="button" className="sidebar-search" onClick={() => onOpen('palette')}>
        <Search aria-hidden />
        <span>Search</span>
        <kbd>{spelled('mod+k').join(' ')}</kbd>
      </button>
      <ul>
        {entries.map((page) => (
          <li key={page.path}>
            <Entry page={page} path={path} />
          </li>
        ))}
      </ul>
      <div className="sidebar-foot">
        <ConnectionDot />
        <ThemeButton />
        <button type="button" className="icon-button" onClick={() => onOpen('sheet')} title="Keys">
          <Keyboard aria-hidden />
          <span className="sr-only">Show the keys</span>
        </button>
      </div>
    </nav>
  )
}

function Entry({ page, path }: { page: Page; path: string }) {
  const Icon = page.icon!
  const isHere = matched(page.path, path) !== null
  return (
    <Link to={page.path} className="entry" aria-current={isHere ? 'page' : undefined}>
      <Icon aria-hidden />
      <span>{page.name}</span>
      {page.path === '/' && <InboxCount />}
    </Link>
  )
}

function InboxCount() {
  const waiting = useWaiting() ?? 0
  if (waiting === 0) return null
  return (
    <span className="entry-count">
      {waiting}
      <span className="sr-only"> wait for a person</span>
    </span>
  )
}

/** Number of entries in the bar: as many as a thumb reaches; the last one opens the rest. */
const AT_HAND = 4

/** Shows the bar. */
export function BottomBar({ entries, path, onOpen }: Ways) {
  return (
    <nav className="bottom-bar" aria-label="Pages">
      {entries.slice(0, AT_HAND).map((page) => (
        <Entry key={page.path} page={page} path={path} />
      ))}
      <button type="button" className="entry" onClick={() => onOpen('more')}>
        <Ellipsis aria-hidden />
        <span>More</span>
      </button>
    </nav>
  )
}

/** Shows the entries beyond the bar. */
export function MorePages({ entries, onOpen }: Omit<Ways, 'path'>) {
  const close = () => onOpen(null)
  return (
    <Dialog title="More" onClose={close}>
      <ul className="more-pages">
        {entries.slice(AT_HAND).map(({ path, name, icon: Icon }) => (
          <li key={path}>
            <Link to={path} className="entry" onClick={close}>
              {Icon && <Icon aria-hidden />}
              <span>{name}</span>
            </Link>
          </li>
        ))}
        <li>
          <button type="button" className="entry" onClick={() => onOpen('palette')}>
            <Search aria-hidden />
            <span>Search</span>
          </button>
        </li>
        <li>
          <ThemeButton isNamed />
        </li>
      </ul>
    </Dialog>
  )
}

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const
const THEME_NAMES: Record<Theme, string> = {
  system: 'Theme: system',
  light: 'Theme: light',
  dark: 'Theme: dark',
}

function ThemeButton({ isNamed = false }: { isNamed?: true | false }) {
  const now = useCell(theme)
  const Icon = THEME_ICONS[now]
  return (
    <button
      type="button"
      className={isNamed ? 'entry' : 'icon-button'}
      onClick={() => setTheme(nextTheme())}
      title={THEME_NAMES[now]}
    >
      <Icon aria-hidden />
      <span className={isNamed ? undefined : 'sr-only'}>{THEME_NAMES[now]}</span>
    </button>
  )
}
