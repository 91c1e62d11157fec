/** Agents. */
import { EmptyState } from '../../parts/empty-state.tsx'
import { PageHeader } from '../../parts/page-header.tsx'

export function Agents() {
  return (
    <>
      <PageHeader title="Agents" />
      <EmptyState title="Nothing is shown here yet" />
    </>
  )
}
