/** Notices and their rows. */
import { NOTICE_STATES, type Notice } from '../../ports/notices.ts'
import { NOTICE_KINDS } from '../../ticket/notice.ts'
import { integer, load, nullable, oneOf, type Row, text } from './fields.ts'

/** Parses the row of a notice; throws Trouble when it does not fit. */
export const loadNotice = (row: Row): Notice =>
  load(`Notice ${row.id}`, row, () => ({
    id: integer(row, 'id'),
    about: text(row, 'about'),
    channel: text(row, 'channel'),
    kind: oneOf(row, 'kind', NOTICE_KINDS),
    ticket: nullable(row, 'ticket', integer),
    body: text(row, 'body'),
    at: integer(row, 'at'),
    due: integer(row, 'due'),
    state: oneOf(row, 'state', NOTICE_STATES),
    tries: integer(row, 'tries'),
    batch: nullable(row, 'batch', text),
    detail: nullable(row, 'detail', text),
  }))

/** Columns of a notice. */
export const noticeRow = (notice: Omit<Notice, 'id'>) => ({
  about: notice.about,
  channel: notice.channel,
  kind: notice.kind,
  ticket: notice.ticket,
  body: notice.body,
  at: notice.at,
  due: notice.due,
  state: notice.state,
  tries: notice.tries,
  batch: notice.batch,
  detail: notice.detail,
})
