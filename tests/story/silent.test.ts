/** An agent that ends without a change is asked once, in its session, and its last words reach the person. */
import { expect, it } from 'vitest'
import { type Answer, pretended, well } from './pretended.ts'
import { swarm } from './swarm.ts'

const script = (start: object[], asked: object[]) => [
  { on: 'start', do: start },
  { on: 'asked', do: asked },
]
const say = (text: string) => ({ say: text })

it('asks an agent once that changed nothing, and lands what it does then', () =>
  swarm(async (s) => {
    const id = await s.file('Quiet', script([say('Hm.')], [{ write: { file: 'mine.txt', text: 'fine\n' } }]))
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Quiet'])
    expect((await s.attempts(id)).length).toBe(1)
    expect((await s.log(id)).join('\n')).toContain(
      'agent-1 is working on #1 again: You have changed nothing.',
    )
  }))

it('takes an answer for the end: no change, or a question', () =>
  swarm(async (s) => {
    const none = await s.file('None', script([say('Hm.')], [{ no_change: 'It is there already.' }]))
    const asks = await s.file('Asks', script([say('Hm.')], [{ ask: 'Which colour?' }]))
    await s.settle()
    expect((await s.ticket(none)).stage).toMatchObject({ status: 'done', resolution: 'no-change' })
    expect((await s.ticket(asks)).charged).toBe(0)
    expect((await s.world.store.inbox()).map(({ title }) => title)).toContain('Which colour?')
  }))

it('ends with what the agent said last, on the line that a person reads', () =>
  swarm(async (s) => {
    const id = await s.file('Mute', script([say('Hm.')], [say('I believe\nthat it is all done.')]))
    for (let tries = 0; tries < 3; tries++) {
      await s.settle()
      s.clock.turn(3_600_000)
    }
    const [first] = await s.attempts(id)
    expect(first?.reason).toBe(
      'did nothing: It changed nothing and, when asked, gave no reason. Its last message: "I believe that it is all done."',
    )
    const log = await s.log(id)
    expect(log.filter((line) => line.includes('again: You have changed nothing.')).length).toBe(3)
    const last = (await s.world.store.events({ ticket: id, limit: 1000 })).at(-1)?.event
    expect(JSON.stringify(last)).toContain('I believe that it is all done.')
  }))

it('does not count a question as one of the gate’s retries', () =>
  swarm(
    async (s) => {
      const steps = [
        { on: 'start', do: [say('Hm.')] },
        { on: 'asked', do: [{ write: { file: 'mine.txt', text: 'BUG\n' } }] },
        { on: 'red', do: [{ write: { file: 'mine.txt', text: 'fine\n' } }] },
      ]
      await s.file('Slow', steps)
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Slow'])
    },
    { settings: { verifyRetries: 1 } },
  ))

it('asks a harness without sessions with the whole briefing', () => {
  const asked: string[] = []
  const answer: Answer = async ({ occasion, prompt, sandbox }) => {
    asked.push(`${occasion}: ${prompt}`)
    if (asked.length === 2) await sandbox.write('mine.txt', 'fine\n')
    return well()
  }
  return swarm(
    async (s) => {
      await s.file('Forgetful', [])
      await s.settle()
      expect(asked.length).toBe(2)
      expect(asked[1]).toMatch(/^asked: You are agent-1\. Do ticket #1 [\s\S]*You have changed nothing\./)
      expect(await s.main()).toEqual(['ticket-1: Forgetful'])
    },
    { with: () => ({ harness: pretended(answer) }) },
  )
})
