/** Lane. */
import { EmptyState } from '../../parts/empty-state.tsx'
import { PageHeader } from '../../parts/page-header.tsx'

export function Lane() {
  return (
    <>
      <PageHeader title="Lane" />
      <EmptyState title="Nothing is shown here yet" />
    </>
  )
}
