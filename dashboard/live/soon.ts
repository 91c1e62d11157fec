/** Makes a function that runs `work` once, as soon as the present task ends; unlike a timer also in a hidden tab. */
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
