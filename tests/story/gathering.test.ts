import { expect, it } from 'vitest'
import { gathering } from '../../src/main/machine/gathering.ts'

it('asks together what is asked at the same moment, and gives each its own answer', async () => {
  const asked: number[][] = []
  const double = gathering(async (questions: number[]) => {
    asked.push(questions)
    return questions.map((each) => each * 2)
  })
  expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6])
  expect(await double(4)).toBe(8)
  expect(asked).toEqual([[1, 2, 3], [4]])
})

it('fails for all who asked together, and asks anew for who comes later', async () => {
  let isThere = false
  const ask = gathering(async (_: string[]) => {
    if (!isThere) throw new Error('git is gone')
    return ['well']
  })
  const both = await Promise.allSettled([ask('a'), ask('b')])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  isThere = true
  expect(await ask('c')).toBe('well')
})
