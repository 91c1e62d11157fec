/** Starts the dashboard: follows the log from its present end, and draws. */
import './style/tokens.css'
import './style/elements.css'
import './style/parts.css'
import './style/shell.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { keepFresh } from './live/queries.ts'
import { followLog } from './live/stream.ts'
import { listenToKeys } from './shell/shortcuts.ts'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
listenToKeys()
keepFresh()
followLog(new AbortController().signal)
