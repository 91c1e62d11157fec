/** What a browser sees that has no session: how to get one. */
import { useTitle } from './page.ts'

export function SignedOut() {
  useTitle('Sign in · swarm')
  return (
    <main className="signed-out">
      <img src="/favicon.svg" alt="" width="40" height="40" />
      <h1>Sign in from your terminal</h1>
      <p>This browser has no session here, or its session has ended. In the project's folder, run:</p>
      <pre>swarm open</pre>
      <p className="quiet">
        It opens this page with a link that works once. <code>swarm start</code> prints such a link, too.
      </p>
    </main>
  )
}
