/** Names in settings: those of hosts, and of what a model's provider can do. */

/** Labels of letters, digits and hyphens; the last begins with a letter, so that no address in any notation is one. */
const NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i

/** Tells whether a text is the name of a host, with a dot in it. An address is none. */
export const isHostName = (text: string): boolean => NAME.test(text)

/** Word in the list of allowed hosts for the registries of what the project is made with. */
export const REGISTRIES_WORD = 'registries'

/** Names, as `provider_tools` takes them, of what a provider can do for an agent. */
export const PROVIDER_TOOLS = [
  'web_search',
  'web_fetch',
  'code_execution',
  'mcp',
  'urls',
  'files',
  'advisor',
] as const
/** Tool of the model's provider. */
export type ProviderTool = (typeof PROVIDER_TOOLS)[number]
