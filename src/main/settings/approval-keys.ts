/** The settings that say which work waits for a person before it lands. */

import { byCommas, type Key, list, yesOrNo } from './kinds.ts'
import { PROTECTED_PATHS } from './protected-paths.ts'

/** Part of the table in keys.ts. */
export const APPROVAL_KEYS: readonly Key[] = [
  {
    name: 'protected_paths',
    setting: 'protectedPaths',
    fallback: PROTECTED_PATHS,
    help: 'paths whose change waits for a person; verify.sh is always one of them',
    ...list('a list of patterns such as "docs/**", or their text with commas between', byCommas),
  },
  {
    name: 'doubts_need_approval',
    alias: 'hold_doubts',
    setting: 'doubtsNeedApproval',
    fallback: false,
    help: 'whether work that raises doubts, such as weaker tests, waits for a person as well',
    ...yesOrNo,
  },
]
