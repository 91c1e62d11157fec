/** Settings: the values in force, and where each comes from. They are changed in the file or by `swarm config`. */
import { useMemo, useRef, useState } from 'react'
import type { SettingEntry } from '../../../src/api/client.ts'
import { api } from '../../live/api.ts'
import { useAsk } from '../../live/queries.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Notice } from '../../parts/notice.tsx'
import { PageHeader } from '../../parts/page-header.tsx'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { PushSwitch } from './push.tsx'
import './settings.css'

/** Page of the settings. */
export function SettingsPage() {
  const [text, setText] = useState('')
  const [isChanged, setChanged] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  const { data, error, refetch } = useAsk({ key: ['settings'], ask: api.settings, pulse: true })
  const found = useMemo(
    () => (data?.settings ?? []).filter((each) => fits(each, text) && (!isChanged || each.from !== null)),
    [data, text, isChanged],
  )
  useShortcuts([
    { keys: '/', does: 'Search the settings', group: 'Settings', run: () => search.current?.focus() },
    {
      keys: 'c',
      does: 'Only changed settings',
      group: 'Settings',
      run: () => setChanged(!isChanged),
    },
  ])
  const waiting = data?.settings.filter(({ next }) => next !== undefined) ?? []
  return (
    <div className="settings">
      <PageHeader title="Settings">
        <input
          dir="auto"
          ref={search}
          type="search"
          className="settings-search"
          aria-label="Search the settings"
          placeholder="Name or description"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
        <Button aria-pressed={isChanged} onClick={() => setChanged(!isChanged)}>
          {isChanged ? 'Show all' : 'Only changed settings'}
        </Button>
      </PageHeader>
      <PushSwitch />
      <p className="quiet settings-how">
        Change a setting with <code>swarm config set NAME VALUE</code> or in <code>.swarm/config.json</code>.
        An environment variable overrides the file. A flag of <code>swarm start</code> overrides both.
      </p>
      {waiting.length > 0 && (
        <Notice tone="warn">
          {waiting.map(({ name }) => name).join(', ')} {waiting.length === 1 ? 'changes' : 'change'} at the
          next start: swarm stop, swarm start.
        </Notice>
      )}
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading what="the settings" />}
      {data && found.length === 0 && <EmptyState title="No matching settings" />}
      {found.length > 0 && <Table settings={found} />}
    </div>
  )
}

const fits = ({ name, help, value }: SettingEntry, text: string): boolean =>
  `${name} ${help} ${shown(value)}`.toLowerCase().includes(text.trim().toLowerCase())

function Table({ settings }: { settings: readonly SettingEntry[] }) {
  return (
    <table className="settings-table">
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">Value</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {settings.map((setting) => (
          <Row key={setting.name} setting={setting} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ setting: { name, help, value, from, at_start, next } }: { setting: SettingEntry }) {
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
        <span className="settings-help">{help}</span>
      </th>
      <td>
        <code>{shown(value)}</code>
        {next !== undefined && (
          <span className="settings-next">
            after a restart: <code>{shown(next)}</code>
          </span>
        )}
      </td>
      <td>
        {from === null ? <span className="quiet">default</span> : <Badge tone="busy">{from}</Badge>}
        {at_start && <span className="settings-start">needs a restart</span>}
      </td>
    </tr>
  )
}

function shown(value: unknown): string {
  if (value === null || value === '') return 'none'
  if (typeof value === 'string') return value
  const isPlainList = Array.isArray(value) && value.every((each) => typeof each === 'string')
  if (isPlainList) return value.length === 0 ? 'none' : value.join(', ')
  return JSON.stringify(value)
}
