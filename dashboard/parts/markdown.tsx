/** Markdown that somebody wrote, whoever it was. The parser is loaded when the first one is shown. */
import { lazy, Suspense } from 'react'

const Parsed = lazy(async () => ({ default: (await import('./markdown-tokens.tsx')).MarkdownTokens }))

export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<p className="markdown-plain">{text}</p>}>
      <Parsed text={text} />
    </Suspense>
  )
}
