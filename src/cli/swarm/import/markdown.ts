/** Format of a Markdown checklist: an open box is a ticket; indented text below is its parts or its description. */
import type { ForeignTicket } from '../../../api/client.ts'
import type { Found } from '../host/machine.ts'

const BOX = /^(\s*)(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s+(.*)$/
const HEADING = /^#+\s+(.*)$/

interface Box {
  indent: number
  ticket: ForeignTicket & { description: string }
  isDone: boolean
}

/** Reads a checklist. A ticket's key consists of its headings, its parents and its title. */
export function markdown(text: string, name: string): Found {
  const boxes: Box[] = []
  let heading = ''
  let above: Box[] = []
  for (const line of text.split(/\r?\n/)) {
    const box = BOX.exec(line)
    const title = HEADING.exec(line)?.[1]
    if (title !== undefined) [heading, above] = [title.trim(), []]
    else if (box) {
      const indent = width(box[1]!)
      above = above.filter((each) => each.indent < indent)
      const found = boxOf(
        { indent, title: box[3]!.trim(), isDone: box[2] !== ' ' },
        { heading, above, boxes },
      )
      boxes.push(found)
      above.push(found)
    } else describe(line, above)
  }
  const open = boxes.filter(({ isDone }) => !isDone)
  return {
    source: `markdown ${name.split('/').at(-1)}`,
    done: boxes.length - open.length,
    tickets: open.map(({ ticket }) => ({ ...ticket, description: ticket.description.trim() || null })),
  }
}

const width = (indent: string) => indent.replaceAll('\t', '    ').length

function boxOf(
  { indent, title, isDone }: { indent: number; title: string; isDone: boolean },
  { heading, above, boxes }: { heading: string; above: Box[]; boxes: Box[] },
): Box {
  const parent = above.at(-1)
  const path = parent ? `${parent.ticket.key} / ${title}` : `${heading} / ${title}`
  const same = boxes.filter(({ ticket }) => ticket.key.replace(/ \(\d+\)$/, '') === path).length
  return {
    indent,
    isDone,
    ticket: {
      key: (same === 0 ? path : `${path} (${same + 1})`).slice(0, 500),
      title: title || 'Untitled',
      description: '',
      parent: parent && !parent.isDone ? parent.ticket.key : null,
    },
  }
}

/** Adds a line to its box: text that is indented deeper belongs to it; anything else ends the list. */
function describe(line: string, above: Box[]): void {
  if (line.trim() === '') return
  const indent = width(/^\s*/.exec(line)![0])
  const box = above.findLast((each) => each.indent < indent)
  if (box) box.ticket.description += `${line.trim()}\n`
  else above.length = 0
}
