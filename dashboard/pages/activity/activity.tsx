/** Activity. */
import { EmptyState } from '../../parts/empty-state.tsx'
import { PageHeader } from '../../parts/page-header.tsx'

export function ActivityPage() {
  return (
    <>
      <PageHeader title="Activity" />
      <EmptyState title="Nothing is shown here yet" />
    </>
  )
}
