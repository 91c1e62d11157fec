/** How long one turn of the loop keeps everybody else waiting, and with what. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/**
 * The longest turn while `work` runs, in milliseconds of processor time: a neighbour on the machine does not count. It
 * turns all the while, so each turn holds little more than one piece of what comes in.
 */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let [longest, isOver] = [0, false]
  const spent = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  let before = spent()
  const look = () => {
    const now = spent()
    longest = Math.max(longest, now - before)
    before = now
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  await work()
  isOver = true
  look()
  return longest
}

/** How many programs are started in all while `work` runs, and in one turn of the loop at most. */
export async function startsInTurns(work: () => Promise<unknown>): Promise<{ all: number; most: number }> {
  const starts = { all: 0, most: 0 }
  let [inTurn, isOver] = [0, false]
  const start = () => {
    starts.all++
    starts.most = Math.max(starts.most, ++inTurn)
  }
  const turn = () => {
    inTurn = 0
    if (!isOver) setImmediate(turn)
  }
  subscribe('child_process', start)
  setImmediate(turn)
  await work()
  isOver = true
  unsubscribe('child_process', start)
  return starts
}
