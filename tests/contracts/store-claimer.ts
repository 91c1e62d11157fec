/** Claims until nothing is left, and prints what it got. Begins when told, so that many begin together. */
import { once } from 'node:events'
import type { Store } from '../../src/ports/store.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { isRefusal } from '../../src/ticket/commands.ts'
import { decide } from '../../src/ticket/decide.ts'
import { evolve } from '../../src/ticket/evolve.ts'

const [path = '', holder = ''] = process.argv.slice(2)

async function claimAll(store: Store): Promise<number[]> {
  const mine: number[] = []
  for (;;) {
    const id = await store.transact(async (tx) => {
      const ticket = await tx.firstReady(0)
      if (!ticket) return null
      const openBlockers = await tx.openBlockers(ticket.id)
      const events = decide(
        ticket,
        { type: 'claim', holder, leased: true, now: 0, openBlockers },
        { kind: 'swarm', name: 'swarm' },
      )
      if (isRefusal(events)) throw new Error(events.sentence)
      await tx.save(
        events.reduce((before, event) => evolve(before, event, 0), ticket),
        events,
        holder,
      )
      return ticket.id
    })
    if (id === null) return mine
    mine.push(id)
  }
}

async function main() {
  const store = await openSqlite({ path })
  process.stdout.write('ready\n')
  await once(process.stdin, 'data')
  const mine = await claimAll(store)
  await store.close()
  process.stdout.write(JSON.stringify(mine))
  process.exit()
}

void main()
