/** Access of a sandbox to the gateway. */

import type { SandboxSpec } from '../ports/sandbox.ts'
import type { GatewaySession } from '../ports/world.ts'

/** Parts of a gateway session that its sandbox gets, besides the variables. */
export const through = ({
  programs,
  socketFolder,
}: GatewaySession): Pick<SandboxSpec, 'programs' | 'gateway'> => ({
  programs,
  gateway: socketFolder === null ? null : { socketFolder },
})
