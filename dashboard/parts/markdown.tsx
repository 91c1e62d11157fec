/** Markdown that somebody wrote, whoever it was. The parser is loaded when the first one is shown. */
import { later } from './later.tsx'

export const Markdown = later<{ text: string }>(
  async () => (await import('./markdown-tokens.tsx')).MarkdownTokens,
  ({ text }) => (
    <p className="markdown-plain" dir="auto">
      {text}
    </p>
  ),
)
