/** Switch for notifications in this browser. */
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
    'This browser cannot show notifications here. They need Web Push, and https or an address of this machine. See docs/notifications.md for other channels.',
  denied: 'This browser blocks notifications of this page. Allow them next to its address.',
  off: 'Get notifications in this browser, even while this page is closed.',
  on: 'This browser notifies you, even while this page is closed.',
}

/** Shows the switch. */
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
  const test = () => void ask(async () => setTried((await tryPush()) ?? 'Sent. It arrives in a moment.'))
  const canTurn = state === 'on' || state === 'off'
  useShortcuts(
    canTurn
      ? [
          {
            keys: 'b',
            does: isOn ? 'Stop notifications in this browser' : 'Notify me in this browser',
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
            {isOn ? 'Stop notifications' : 'Notify me in this browser'}
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
