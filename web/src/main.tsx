import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './app.css'
import { askForSummary, queryClient } from './api/queries.ts'
import { router } from './routes.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
const app = createRoot(root)

/** Loads the page that the address asks for; what no page knows of is taken out of the address first. */
function firstPage(): Promise<void> {
  const to = router.latestLocation.pathname
  return router.navigate({ to, search: true, params: true, hash: true, state: true, replace: true })
}

// What index.html says stands until there is something to show. What goes wrong is told by what is shown then.
void Promise.allSettled([askForSummary(), firstPage()]).then(() =>
  app.render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  ),
)

const REST_AFTER_MS = 3000

// The other pages too, once there is time: one that is yet to be fetched could not say that the server answers no more.
setTimeout(() => {
  for (const { options } of Object.values(router.routesById)) void options.component?.preload?.()
}, REST_AFTER_MS)
