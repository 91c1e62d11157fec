/** Home. */
import { EmptyState } from '../../parts/empty-state.tsx'
import { PageHeader } from '../../parts/page-header.tsx'

export function Home() {
  return (
    <>
      <PageHeader title="Home" />
      <EmptyState title="Nothing is shown here yet" />
    </>
  )
}
