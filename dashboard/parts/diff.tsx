/** Diff of an attempt, file by file. The viewer is loaded with the first diff. */
import { later } from './later.tsx'
import { Loading } from './loading.tsx'

/** Shows a diff. `text`: a unified diff as git gives it. */
export const Diff = later<{ text: string }>(
  async () => (await import('./diff-viewer.tsx')).DiffViewer,
  () => <Loading what="the change" />,
)
