/** Something could not be shown: the sentence that says why, and a way to try again. */
import { Button } from './button.tsx'

export function ErrorState({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  return (
    <div className="failure" role="alert">
      <p className="failure-title">Loading failed</p>
      <p>{error.message}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  )
}
