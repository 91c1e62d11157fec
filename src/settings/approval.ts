/** The settings that say which work waits for a person before it lands. */

import { byCommas, list, table, yesOrNo } from './kinds.ts'
import { PROTECTED_PATHS } from './protected-paths.ts'

export const APPROVAL_ROWS = table({
  protectedPaths: {
    fallback: PROTECTED_PATHS,
    help: 'paths whose changes need approval; verify.sh is always protected',
    ...list('a list of patterns such as "docs/**", or one text with commas between', byCommas),
  },
  doubtsNeedApproval: {
    alias: 'hold_doubts',
    fallback: false,
    help: 'require approval for work that raises doubts, such as weaker tests',
    ...yesOrNo,
  },
})
