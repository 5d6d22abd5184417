import { createDOMRenderer, RendererProvider } from '@fluentui/react-components'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { App } from './app/App'
import { nonce } from './app/nonce'
import { isTab, TEAMS } from './teams/paths'

// The content security policy lets in only style elements that carry the nonce of this response.
const renderer = createDOMRenderer(document, nonce ? { styleElementAttributes: { nonce } } : {})

const root = document.getElementById('root')
if (!root) {
  throw new Error('index.html has no #root')
}
createRoot(root).render(
  <StrictMode>
    <RendererProvider renderer={renderer} targetDocument={document}>
      {/* A frame that is loaded anew must be one that may be in a frame */}
      <BrowserRouter basename={isTab() ? TEAMS : '/'}>
        <App />
      </BrowserRouter>
    </RendererProvider>
  </StrictMode>,
)
