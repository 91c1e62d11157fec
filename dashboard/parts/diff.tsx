/** What an attempt changed, file by file. The viewer is loaded when the first change is shown. */
import { lazy, Suspense } from 'react'
import { Loading } from './loading.tsx'

const Viewer = lazy(async () => ({ default: (await import('./diff-viewer.tsx')).DiffViewer }))

/** `text`: a unified diff as git gives it. */
export function Diff({ text }: { text: string }) {
  return (
    <Suspense fallback={<Loading what="the change" />}>
      <Viewer text={text} />
    </Suspense>
  )
}
