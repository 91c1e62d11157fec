/** Starts the dashboard: asks where the log is, follows it from there, and draws. */
import './style/tokens.css'
import './style/elements.css'
import './style/parts.css'
import './style/shell.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { begin } from './live/begin.ts'
import { listenToKeys } from './shell/shortcuts.ts'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
listenToKeys()
void begin()
