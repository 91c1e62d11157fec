/** Board. */
import { EmptyState } from '../../parts/empty-state.tsx'
import { PageHeader } from '../../parts/page-header.tsx'

export function Board() {
  return (
    <>
      <PageHeader title="Board" />
      <EmptyState title="Nothing is shown here yet" />
    </>
  )
}
