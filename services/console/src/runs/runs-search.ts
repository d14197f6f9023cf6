import { infiniteQueryOptions } from '@tanstack/react-query'
import { getJson } from '../api/request.ts'
import type { paths } from '../api/schema.generated.ts'
import { openStatuses } from '../parts/status.tsx'

/** The filters that can be in the address, as the API names them. */
export const filterNames = [
  'status',
  'reason',
  'repository',
  'issueNumber',
  'sha',
  'pr',
  'workflowName',
  'branch',
  'since',
  'until',
  'cost',
  'q',
] as const

export type FilterName = (typeof filterNames)[number]
export type RunsSearch = { readonly [Name in FilterName]?: string }

/** The filters of an address. Anything else in it is left out. */
export const readRunsSearch = (search: { readonly [Name in FilterName]?: unknown }): RunsSearch =>
  Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = search[name]
      return value === undefined || value === '' ? [] : [[name, String(value)]]
    }),
  )

type RunsPage =
  paths['/api/codex/runs/list']['get']['responses'][200]['content']['application/json']

const PAGE_SIZE = 50

/** The runs that match, newest first, page by page. */
export const runsQuery = (search: RunsSearch) =>
  infiniteQueryOptions({
    queryKey: ['runs', search],
    queryFn: ({ pageParam, signal }) => {
      const parameters = new URLSearchParams({ ...search, limit: String(PAGE_SIZE) })
      if (pageParam !== null) parameters.set('cursor', pageParam)
      return getJson<RunsPage>(`/api/codex/runs/list?${parameters}`, signal)
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })

/** The lists of the unfiltered page; null if a filter other than the repository is in force. */
export function groupedSearches(search: RunsSearch) {
  const names = Object.keys(search)
  if (names.some((name) => name !== 'repository')) return null
  return {
    asked: { ...search, status: 'needs_human' },
    open: { ...search, status: openStatuses.join(',') },
    ended: { ...search, status: 'completed,needs_iteration,superseded,closed' },
  }
}
