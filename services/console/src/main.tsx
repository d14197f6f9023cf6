import './base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { connectLive } from './api/live.ts'
import { queryClient } from './api/query-client.ts'
import { applyTheme } from './parts/theme.ts'
import { router } from './router.tsx'

void applyTheme()
connectLive()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element for the console')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
