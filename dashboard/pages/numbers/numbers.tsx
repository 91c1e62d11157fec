/** Numbers. */
import { EmptyState } from '../../parts/empty-state.tsx'
import { PageHeader } from '../../parts/page-header.tsx'

export function Numbers() {
  return (
    <>
      <PageHeader title="Numbers" />
      <EmptyState title="Nothing is shown here yet" />
    </>
  )
}
