/** Server of the page. The browser has its cookie. */
import { client } from '../../src/api/client.ts'

export const api = client({ baseUrl: '', fetch: (url, init) => fetch(url, init) })
