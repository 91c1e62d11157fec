/** Page for a browser without a session: how to get one. */
import { useTitle } from './page.ts'

/** Shows the page. */
export function SignedOut() {
  useTitle('Sign in · swarm')
  return (
    <main className="signed-out">
      <img src="/favicon.svg" alt="" width="40" height="40" />
      <h1>Sign in from your terminal</h1>
      <p>This browser is not signed in, or its session has ended. Run in the project's folder:</p>
      <pre>swarm open</pre>
      <p className="quiet">
        It opens this page with a one-time link. <code>swarm start</code> also prints one.
      </p>
    </main>
  )
}
