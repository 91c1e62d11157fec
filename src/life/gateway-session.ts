/** How a sandbox reaches the gateway. */

import type { SandboxSpec } from '../ports/sandbox.ts'
import type { GatewaySession } from '../ports/world.ts'

/** What of a gateway session its sandbox is given beside the variables. */
export const through = ({
  programs,
  socketFolder,
}: GatewaySession): Pick<SandboxSpec, 'programs' | 'gateway'> => ({
  programs,
  gateway: socketFolder === null ? null : { socketFolder },
})
