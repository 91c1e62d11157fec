/** Error state: the reason in a sentence, and a way to retry. */
import { Button } from './button.tsx'

/** Shows an error. */
export function ErrorState({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  return (
    <div className="failure" role="alert">
      <p className="failure-title">Loading failed</p>
      <p>{error.message}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  )
}
