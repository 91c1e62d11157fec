/** Program `ticket` of agents: their command lines arrive through the gateway and run here. */
import { run } from '../../cli/ticket/run.ts'
import type { RunTicket } from '../../gateway/agent-api.ts'
import type { Records } from '../../ports/world.ts'

/** Makes the runner of commands. `ran` is called after each one: it may have changed something. */
export const runTicket =
  (records: Records, ran: () => void): RunTicket =>
  async (argv, actor, stdin) => {
    const out = { stdout: '', stderr: '' }
    const code = await run(argv, {
      records: async () => records,
      actor,
      write: (text) => {
        out.stdout += text
      },
      writeError: (text) => {
        out.stderr += text
      },
      readStdin: async () => stdin,
      isTty: false,
      columns: 80,
    })
    ran()
    return { ...out, code }
  }
