/** Runs it once, as soon as what is going on now is through; unlike a timer also in a tab that nobody looks at. */
export function soon(work: () => void): () => void {
  const { port1, port2 } = new MessageChannel()
  let asked = false
  port1.onmessage = () => {
    asked = false
    work()
  }
  return () => {
    if (asked) return
    asked = true
    port2.postMessage(null)
  }
}
