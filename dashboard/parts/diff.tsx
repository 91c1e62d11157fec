/** What an attempt changed, file by file. The viewer is loaded when the first change is shown. */
import { later } from './later.tsx'
import { Loading } from './loading.tsx'

/** `text`: a unified diff as git gives it. */
export const Diff = later<{ text: string }>(
  async () => (await import('./diff-viewer.tsx')).DiffViewer,
  () => <Loading what="the change" />,
)
