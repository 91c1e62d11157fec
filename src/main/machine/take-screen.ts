/** Whole terminal for one view. Its content comes back at the end. */
import type { ReadStream, WriteStream } from 'node:tty'
import type { Screen } from '../../cli/swarm/host/terminal.ts'

const ESCAPE = '\u001b['
/** Sequence for another screen, without a cursor, where long lines are cut. */
const TAKE = `${ESCAPE}?1049h${ESCAPE}?25l${ESCAPE}?7l`
const GIVE_BACK = `${ESCAPE}?7h${ESCAPE}?25h${ESCAPE}?1049l`
/** Sequences for the begin of a line, and to clear the rest of the old one. */
const HOME = `${ESCAPE}H`
const CLEAR_LINE = `${ESCAPE}K`
const CLEAR_REST = `${ESCAPE}J`

/**
 * Takes the screen; `onKey` receives each key, and `resize`. `close` gives it back, and so does the end of the process.
 */
export function takeScreen(
  { stdin, stdout }: { stdin: ReadStream; stdout: WriteStream },
  onKey: (key: string) => void,
): Screen {
  const onData = (data: Buffer) => onKey(data.toString())
  const onResize = () => onKey('resize')
  // However this process ends, the person can go on in their terminal.
  const restore = () => {
    stdin.setRawMode(false)
    stdout.write(GIVE_BACK)
  }
  stdin.setRawMode(true)
  stdin.resume()
  stdin.on('data', onData)
  stdout.on('resize', onResize)
  process.once('exit', restore)
  stdout.write(TAKE)
  return {
    draw(lines) {
      const fitting = lines.slice(0, stdout.rows)
      stdout.write(`${HOME}${fitting.map((line) => `${line}${CLEAR_LINE}`).join('\r\n')}${CLEAR_REST}`)
    },
    close() {
      process.off('exit', restore)
      stdin.off('data', onData)
      stdout.off('resize', onResize)
      stdin.pause()
      restore()
    },
  }
}
