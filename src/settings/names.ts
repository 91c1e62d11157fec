/** What settings may name: hosts, and what a model's provider can do. */

/** Labels of letters, digits and hyphens; the last begins with a letter, so that no address in any notation is one. */
const NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i

export const isHostName = (text: string): boolean => NAME.test(text)

/** In the list of allowed hosts, it stands for the registries of what the project is made with. */
export const REGISTRIES_WORD = 'registries'

/** What a provider can do for an agent, by the names that `provider_tools` takes. */
export const PROVIDER_TOOLS = [
  'web_search',
  'web_fetch',
  'code_execution',
  'mcp',
  'urls',
  'files',
  'advisor',
] as const
export type ProviderTool = (typeof PROVIDER_TOOLS)[number]
