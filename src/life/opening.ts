/** How a sandbox reaches the gateway. */

import type { SandboxSpec } from '../ports/sandbox.ts'
import type { Opening } from '../ports/world.ts'

/** What of an opening in the gateway its sandbox is given beside the variables. */
export const through = ({ programs, socketFolder }: Opening): Pick<SandboxSpec, 'programs' | 'gateway'> => ({
  programs,
  gateway: socketFolder === null ? null : { socketFolder },
})
