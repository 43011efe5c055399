import './design/tokens.css'
import './design/base.css'
import './design/layout.css'
import './design/controls.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { applyChosenTheme } from './parts/theme.ts'

applyChosenTheme()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
