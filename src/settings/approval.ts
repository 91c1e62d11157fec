/** The settings that say which work waits for a person before it lands. */

import { byCommas, list, table, yesOrNo } from './kinds.ts'
import { PROTECTED_PATHS } from './protected-paths.ts'

export const APPROVAL_ROWS = table({
  protectedPaths: {
    fallback: PROTECTED_PATHS,
    help: 'paths whose change waits for a person; verify.sh is always one of them',
    ...list('a list of patterns such as "docs/**", or their text with commas between', byCommas),
  },
  doubtsNeedApproval: {
    alias: 'hold_doubts',
    fallback: false,
    help: 'whether work that raises doubts, such as weaker tests, waits for a person as well',
    ...yesOrNo,
  },
})
