/** Sheet of keys (`?`): every key that works here and now. */
import { useCell } from '../live/cell.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Keys } from '../parts/keys.tsx'
import { letters, type Shortcut, setLetters, shortcuts, spelled } from './shortcuts.ts'

/** Shows the sheet. */
export function Sheet({ onClose }: { onClose: () => void }) {
  const isOn = useCell(letters)
  return (
    <Dialog title="Keys" onClose={onClose}>
      <div className="sheet">
        {grouped(useCell(shortcuts)).map(([group, members]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {members.map(({ keys, does }) => (
                <div key={keys}>
                  <dt>{does}</dt>
                  <dd>
                    <Keys keys={spelled(keys)} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="check">
        <input type="checkbox" checked={isOn} onChange={(event) => setLetters(event.target.checked)} />
        Single letters are keys
      </label>
    </Dialog>
  )
}

function grouped(list: readonly Shortcut[]): [string, Shortcut[]][] {
  const groups = new Map<string, Map<string, Shortcut>>()
  for (const shortcut of list) {
    const group = groups.get(shortcut.group) ?? new Map<string, Shortcut>()
    if (!group.has(shortcut.keys)) group.set(shortcut.keys, shortcut)
    groups.set(shortcut.group, group)
  }
  return [...groups].map(([name, members]) => [name, [...members.values()]])
}
