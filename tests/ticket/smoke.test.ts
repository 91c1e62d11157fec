import { expect, it } from 'vitest'
import { decideCreate } from '../../src/ticket/decide.ts'

it('refuses an empty title', () => {
  expect(decideCreate({ title: ' ' }, { kind: 'person', name: 'human' })).toMatchObject({ refused: 'invalid' })
})
