/** Frame of every page: navigation, the state of the connection, the palette and the sheet of keys. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useCell } from '../live/cell.ts'
import { connection } from '../live/stream.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { Loading } from '../parts/loading.tsx'
import { Boundary } from './boundary.tsx'
import { BuildsNote } from './builds-note.tsx'
import { ConnectionNote } from './connection-note.tsx'
import { Link } from './link.tsx'
import { BottomBar, MorePages, Sidebar } from './navigation.tsx'
import { type Overlaid, Overlay } from './overlay.tsx'
import { type Page, pageAt } from './page.ts'
import { go, usePath } from './router.ts'
import { useShortcuts } from './shortcuts.ts'
import { SignedOut } from './signed-out.tsx'
import { TabSigns } from './tab.ts'
import { nextTheme, setTheme } from './theme.ts'

/** Shows the frame with the current page. */
export function Frame({ pages }: { pages: readonly Page[] }) {
  const state = useCell(connection)
  const path = usePath()
  // While the server is asked where the log is, the page's code can come.
  useLayoutEffect(
    () =>
      void pageAt(pages, path)
        ?.Content.preload()
        .catch(() => undefined),
    [pages, path],
  )
  if (state === 'signed out') return <SignedOut />
  return state === 'connecting' ? <Loading what="swarm" /> : <SignedIn pages={pages} path={path} />
}

function SignedIn({ pages, path }: { pages: readonly Page[]; path: string }) {
  const [open, setOpen] = useState<Overlaid>(null)
  const entries = pages.filter(({ icon }) => icon !== undefined)
  useShortcuts([
    { keys: 'mod+k', does: 'Search and run anything', group: 'Anywhere', run: () => setOpen('palette') },
    { keys: '?', does: 'Show every key', group: 'Anywhere', run: () => setOpen('sheet') },
    { keys: 't', does: 'Change the theme', group: 'Anywhere', run: () => setTheme(nextTheme()) },
    ...entries.map(({ key, name, path: to }) => ({
      keys: `g ${key}`,
      does: `Go to ${name}`,
      group: 'Go to',
      run: () => go(to),
    })),
  ])
  return (
    <div className="frame">
      <TabSigns />
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <Sidebar entries={entries} path={path} onOpen={setOpen} />
      <div className="frame-body">
        <ConnectionNote />
        <BuildsNote />
        <Main pages={pages} path={path} />
      </div>
      <BottomBar entries={entries} path={path} onOpen={setOpen} />
      {open === 'more' ? (
        <MorePages entries={entries} onOpen={setOpen} />
      ) : (
        <Overlay open={open} onOpen={setOpen} />
      )}
    </div>
  )
}

/** Shows the page. After a change of address it gets the focus, so that a screen reader begins to read there. */
function Main({ pages, path }: { pages: readonly Page[]; path: string }) {
  const main = useRef<HTMLElement>(null)
  const before = useRef(path)
  useEffect(() => {
    if (before.current === path) return
    before.current = path
    main.current?.focus({ preventScroll: true })
    main.current?.scrollTo(0, 0)
    window.scrollTo(0, 0)
  }, [path])
  return (
    <main id="main" ref={main} tabIndex={-1}>
      <Boundary key={path}>
        <PageAt pages={pages} path={path} />
      </Boundary>
    </main>
  )
}

function PageAt({ pages, path }: { pages: readonly Page[]; path: string }) {
  const found = pageAt(pages, path)
  if (found) return <found.Content parameters={found.parameters} />
  return (
    <EmptyState title="Page not found">
      <Link to="/">Go to Home</Link>
    </EmptyState>
  )
}
