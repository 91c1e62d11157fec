/** Sentence of the log, in which ids of tickets are links. Everything else is text. */
import { Link } from '../shell/link.tsx'

/** Shows a sentence. */
export function Sentence({ text }: { text: string }) {
  return (
    <bdi>
      {pieces(text).map(({ at, part, ticket }) =>
        ticket === null ? (
          part
        ) : (
          <Link key={at} to={`/tickets/${ticket}`}>
            {part}
          </Link>
        ),
      )}
    </bdi>
  )
}

function pieces(text: string) {
  let at = 0
  return text.split(/((?<![\w/&])#[1-9]\d{0,8}\b)/).map((part, index) => {
    const piece = { at, part, ticket: index % 2 === 1 ? part.slice(1) : null }
    at += part.length
    return piece
  })
}
