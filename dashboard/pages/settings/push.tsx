/** The switch for being told in this browser. */
import { Bell, BellOff, Send } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useCell } from '../../live/cell.ts'
import { useDecision } from '../../live/decide.ts'
import { beginPush, endPush, lookAtPush, type PushState, pushState, tryPush } from '../../live/push.ts'
import { Button } from '../../parts/button.tsx'
import { Notice } from '../../parts/notice.tsx'
import { useShortcuts } from '../../shell/shortcuts.ts'

const WORDS: Record<PushState, string> = {
  cannot:
    'This browser cannot be told at this address: that takes https or this very machine, and a browser with Web Push. The other channels stand in docs/notifications.md.',
  denied: 'You have told this browser to show no notifications of this page. Allow them beside its address.',
  off: 'Be told in this browser what waits for you, also while this page is closed.',
  on: 'This browser tells you what waits for you, also while this page is closed.',
}

export function PushSwitch() {
  const state = useCell(pushState)
  const { isBusy, problem, ask } = useDecision()
  const [tried, setTried] = useState<string | null>(null)
  useEffect(() => void lookAtPush().catch(() => pushState.set('cannot')), [])

  const isOn = state === 'on'
  const turn = () => {
    setTried(null)
    void ask(isOn ? endPush : beginPush)
  }
  const test = () => void ask(async () => setTried((await tryPush()) ?? 'Sent: it comes in a moment.'))
  const canTurn = state === 'on' || state === 'off'
  useShortcuts(
    canTurn
      ? [
          {
            keys: 'b',
            does: isOn ? 'Tell nothing in this browser' : 'Tell me in this browser',
            group: 'Settings',
            run: turn,
          },
        ]
      : [],
  )
  if (state === null) return null
  return (
    <section className="settings-push" aria-label="Notifications in this browser">
      <p>{WORDS[state]}</p>
      {canTurn && (
        <div className="actions">
          <Button icon={isOn ? BellOff : Bell} isBusy={isBusy} onClick={turn}>
            {isOn ? 'Tell nothing here' : 'Tell me in this browser'}
          </Button>
          {isOn && (
            <Button icon={Send} isBusy={isBusy} onClick={test}>
              Send a test
            </Button>
          )}
        </div>
      )}
      {tried && <p role="status">{tried}</p>}
      {problem && <Notice>{problem}</Notice>}
    </section>
  )
}
