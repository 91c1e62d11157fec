/** The end of a log, while it is written. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { ApiError } from '../../../src/api/client.ts'
import { pieces } from '../../../src/ticket/log-lines.ts'
import { api } from '../../live/api.ts'
import { Ansi } from '../../parts/ansi.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { ScrollArea } from '../../parts/scroll-area.tsx'
import { readable } from './log-lines.ts'

const FOLLOW_MS = 2000
/** Maximum characters to hold. */
const MOST = 65_536
/** Pixels from the end within which it follows the end. */
const NEAR = 40

/** Shows the end of a log. */
export function LogTail({ name }: { name: string }) {
  const { text, error } = useTail(name)
  const box = useRef<HTMLElement>(null)
  const isAtEnd = useRef(true)
  const shown = useMemo(() => readable(name, text ?? ''), [name, text])
  useLayoutEffect(() => {
    if (text !== null && isAtEnd.current) box.current?.scrollTo(0, box.current.scrollHeight)
  }, [text])
  if (error instanceof ApiError && error.status === 404 && text === null)
    return <EmptyState title="This log is empty" />
  if (error && text === null) return <ErrorState error={error} />
  if (text === null) return <Loading what="the log" />
  return (
    <ScrollArea
      ref={box}
      className="log-tail"
      label={`The end of the ${name} log`}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        isAtEnd.current = scrollTop + clientHeight > scrollHeight - NEAR
      }}
    >
      <Ansi text={shown || 'This log is empty.'} />
    </ScrollArea>
  )
}

function useTail(name: string): { text: string | null; error: Error | null } {
  const [text, setText] = useState<string | null>(null)
  const [error, setError] = useState<Error | null>(null)
  useEffect(() => {
    let next: number | null = null
    let lines = pieces('a line')
    let isOver = false
    const read = async () => {
      try {
        if (next === null) {
          next = Math.max(0, (await api.logFile(name)).size - MOST)
          if (next > 0) lines = pieces('the middle')
        }
        const piece = await api.logFile(name, { offset: next })
        if (isOver) return
        const isNew = piece.size < next
        next = isNew ? 0 : piece.next
        if (isNew) lines = pieces('a line')
        else if (piece.text !== '' || piece.size === 0) {
          const more = lines.add(piece.text)
          setText((before) => endOf((before ?? '') + more))
        }
        setError(null)
      } catch (failure) {
        if (!isOver) setError(failure as Error)
      }
    }
    let timer: ReturnType<typeof setTimeout>
    const follow = async () => {
      if (document.visibilityState === 'visible') await read()
      if (!isOver) timer = setTimeout(() => void follow(), FOLLOW_MS)
    }
    void follow()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [name])
  return { text, error }
}

/** Cuts a text to the maximum, from the begin of a line on. */
function endOf(text: string): string {
  if (text.length <= MOST) return text
  return text.slice(text.indexOf('\n', text.length - MOST) + 1)
}
