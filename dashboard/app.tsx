/** Dashboard: the pages, and the frame around them. */
import { QueryClientProvider } from '@tanstack/react-query'
import { Activity, Bot, ChartLine, GitMerge, Inbox, LayoutGrid, Settings } from 'lucide-react'
import { queries } from './live/queries.ts'
import { later } from './parts/later.tsx'
import { Loading } from './parts/loading.tsx'
import { Frame } from './shell/frame.tsx'
import type { Page } from './shell/page.ts'

const LoadingPage = () => <Loading what="the page" />

/** Pages, one row each. Their code is loaded when opened; to add one, see ARCHITECTURE.md. */
const PAGES: readonly Page[] = [
  {
    path: '/',
    name: 'Home',
    icon: Inbox,
    key: 'h',
    Content: later(async () => (await import('./pages/home/home.tsx')).Home, LoadingPage),
  },
  {
    path: '/board',
    name: 'Board',
    icon: LayoutGrid,
    key: 'b',
    Content: later(async () => (await import('./pages/board/board.tsx')).Board, LoadingPage),
  },
  {
    path: '/merge-queue',
    name: 'Merge queue',
    icon: GitMerge,
    key: 'l',
    Content: later(async () => (await import('./pages/merge-queue/merge-queue.tsx')).MergeQueue, LoadingPage),
  },
  {
    path: '/agents',
    name: 'Agents',
    icon: Bot,
    key: 'a',
    Content: later(async () => (await import('./pages/agents/agents.tsx')).Agents, LoadingPage),
  },
  {
    path: '/activity',
    name: 'Activity',
    icon: Activity,
    key: 'y',
    Content: later(async () => (await import('./pages/activity/activity.tsx')).ActivityPage, LoadingPage),
  },
  {
    path: '/numbers',
    name: 'Numbers',
    icon: ChartLine,
    key: 'n',
    Content: later(async () => (await import('./pages/numbers/numbers.tsx')).Numbers, LoadingPage),
  },
  {
    path: '/settings',
    name: 'Settings',
    icon: Settings,
    key: 's',
    Content: later(async () => (await import('./pages/settings/settings.tsx')).SettingsPage, LoadingPage),
  },
  {
    path: '/tickets/:id',
    name: 'Ticket',
    Content: later(async () => (await import('./pages/ticket/ticket.tsx')).TicketPage, LoadingPage),
  },
]

/** Shows the dashboard. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Frame pages={PAGES} />
    </QueryClientProvider>
  )
}
