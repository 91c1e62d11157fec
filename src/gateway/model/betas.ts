/**
 * Betas that a request may ask for by name. Only those pass that change how the model reads, thinks and answers;
 * server-side features, and unknown names, are removed from the request.
 */

/** Names without their dates: a later version of the same beta passes, too. */
const HOW_IT_ANSWERS = new Set([
  'advanced-tool-use',
  'cache-diagnosis',
  'cache-keepalive',
  'claude-code',
  'claude-code-side-query',
  'context-1m',
  'context-hint',
  'context-management',
  'dangerous-tool-use',
  'effort',
  'extended-cache-ttl',
  'fine-grained-tool-streaming',
  'inline-tools',
  'interleaved-thinking',
  'message-threads',
  'mid-conversation-system',
  'mid-conversation-system-clear-at',
  'mid-conversation-tool-changes',
  'oauth',
  'output-128k',
  'per-turn-control',
  'prompt-caching',
  'prompt-caching-evict',
  'prompt-caching-scope',
  'redact-thinking',
  'request-tags',
  'resumption',
  'structured-outputs',
  'subagent-review',
  'task-budgets',
  'thinking-binding-controls',
  'thinking-display-updates',
  'thinking-resumption',
  'thinking-token-count',
  'timing',
  'token-counting',
  'token-efficient-tools',
  'tool-provenance',
  'tool-search-tool',
])

/** True for a beta that may pass. `more`: dated names that a person has allowed. */
export const isAllowedBeta = (beta: string, more: readonly string[]): boolean =>
  more.includes(beta) || HOW_IT_ANSWERS.has(beta.replace(/-\d{4}-?\d{2}-?\d{2}$/, ''))
