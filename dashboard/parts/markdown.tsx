/** Shows Markdown of any author. The parser is loaded with the first one. */
import { later } from './later.tsx'

export const Markdown = later<{ text: string }>(
  async () => (await import('./markdown-tokens.tsx')).MarkdownTokens,
  ({ text }) => (
    <p className="markdown-plain" dir="auto">
      {text}
    </p>
  ),
)
