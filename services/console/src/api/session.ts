import { queryOptions, useQuery } from '@tanstack/react-query'
import { getJson } from './request.ts'
import type { paths } from './schema.generated.ts'

type Session = paths['/api/session']['get']['responses'][200]['content']['application/json']

/** Who is signed in, and what they may do; the cookie itself cannot be read. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => getJson<Session>('/api/session', signal),
  staleTime: 60_000,
})

/** Whether the reader may act; false until that is known. */
export function useMayAct(): boolean {
  const { data } = useQuery(sessionQuery)
  return data?.may.includes('act') ?? false
}

/** A page of this service to go to after the sign-in; anything else is the list of runs. */
export function readReturnPath(to: unknown): string {
  if (typeof to !== 'string' || !to.startsWith('/') || /[\\\s]/.test(to)) return '/'
  const url = URL.parse(to, 'http://service.invalid')
  if (url === null || url.host !== 'service.invalid') return '/'
  const path = `${url.pathname}${url.search}${url.hash}`
  return path.startsWith('//') || url.pathname === '/sign-in' ? '/' : path
}
