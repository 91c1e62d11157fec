/** How long one turn of the loop keeps everybody else waiting. */

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
