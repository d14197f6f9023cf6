import { QueryClient } from '@tanstack/react-query'
import { Fault } from './fault.ts'

/** What may pass by itself, and is worth another try. */
const isPassing = (error: Error): boolean =>
  error instanceof Fault && (error.kind === 'unreachable' || error.kind === 'busy')

const MAX_TRIES = 3

/**
 * The cache of all answers. The event stream keeps it current, so nothing is read again merely
 * because a window is looked at.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (tries, error) => isPassing(error) && tries < MAX_TRIES,
      retryDelay: (tries, error) =>
        error instanceof Fault && error.retryAfterSeconds !== null
          ? error.retryAfterSeconds * 1_000
          : Math.min(1_000 * 2 ** tries, 8_000),
      // Answers are asked for although the browser thinks that it is offline: ours may be local.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})
