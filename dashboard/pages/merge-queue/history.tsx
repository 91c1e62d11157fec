/** History of main, commit by commit, each with the gate's receipt. */
import { useEffect, useState } from 'react'
import type { CommitEntry } from '../../../src/api/client.ts'
import { api } from '../../live/api.ts'
import { useDecision } from '../../live/decide.ts'
import { useAsk } from '../../live/queries.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { GateReceipt } from '../../parts/gate-receipt.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Notice } from '../../parts/notice.tsx'
import { TicketLink } from '../../parts/ticket-link.tsx'
import { Time } from '../../parts/time.tsx'
import { Verdict } from '../../parts/verdict.tsx'

const PAGE = 20

/** Shows the history. */
export function History() {
  const { data, error, refetch } = useAsk({
    key: ['history'],
    ask: () => api.history({ limit: PAGE }),
    stale: ({ event }) => event.type === 'done',
    pulse: true,
  })
  const { commits, hasMore, isBusy, problem, more } = useCommits(data?.commits)
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading what="the history of main" />
  return (
    <section aria-labelledby="merge-queue-history">
      <h2 id="merge-queue-history">History of main</h2>
      <ol className="card merge-queue-history">
        {commits.map((commit) => (
          <li key={commit.commit}>
            <Commit commit={commit} />
          </li>
        ))}
      </ol>
      {problem && <Notice>{problem}</Notice>}
      {hasMore && (
        <Button isBusy={isBusy} onClick={more}>
          Show older commits
        </Button>
      )}
    </section>
  )
}

/** Joins the newest page, kept fresh, with older pages. */
function useCommits(newest: readonly CommitEntry[] | undefined) {
  const [known, setKnown] = useState<{ commits: readonly CommitEntry[]; isAll: boolean }>({
    commits: [],
    isAll: false,
  })
  const { isBusy, problem, ask } = useDecision()
  useEffect(() => {
    if (newest) setKnown((before) => onTop(before, newest))
  }, [newest])
  const more = () =>
    void ask(async () => {
      const last = known.commits.at(-1)
      if (!last) return
      const { commits } = await api.history({ limit: PAGE, before: last.commit })
      setKnown((now) => ({
        commits: now.commits.at(-1) === last ? [...now.commits, ...commits] : now.commits,
        isAll: commits.length < PAGE,
      }))
    })
  return { commits: known.commits, hasMore: !known.isAll, isBusy, problem, more }
}

/**
 * Puts the newest page on top. Older commits never change, unless somebody was away for longer than a page: then it
 * begins anew.
 */
function onTop(
  before: { commits: readonly CommitEntry[]; isAll: boolean },
  newest: readonly CommitEntry[],
): { commits: readonly CommitEntry[]; isAll: boolean } {
  const at = before.commits.findIndex(({ commit }) => commit === newest.at(-1)?.commit)
  if (at === -1) return { commits: newest, isAll: newest.length < PAGE }
  return { commits: [...newest, ...before.commits.slice(at + 1)], isAll: before.isAll }
}

function Commit({ commit: { commit, subject, author, at, ticket_id, receipt } }: { commit: CommitEntry }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary data-step>
        <Verdict verdict={receipt?.verdict ?? null} />
        <span className="merge-queue-subject">{subject}</span>
        <span className="quiet merge-queue-commit">
          <code>{commit.slice(0, 8)}</code> <Time at={at} />
        </span>
      </summary>
      {isOpen && (
        <div className="merge-queue-receipt">
          <p className="quiet">
            by {author}
            {ticket_id !== null && (
              <>
                {' '}
                for <TicketLink id={ticket_id} />
              </>
            )}
          </p>
          {receipt ? (
            <GateReceipt receipt={receipt} isOpen={false} />
          ) : (
            <p className="quiet">No gate run for this tree.</p>
          )}
        </div>
      )}
    </details>
  )
}
