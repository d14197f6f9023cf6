import { queryOptions } from '@tanstack/react-query'
import { getJson } from './request.ts'
import type { paths } from './schema.generated.ts'

/** What a route answers to a reading request. */
export type Json<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } }
}
  ? Body
  : never

export type Summary = Json<'/api/codex/runs/summary'>
export type FleetHealth = Json<'/api/codex/health'>
export type Pauses = Json<'/api/codex/pauses'>

/* What is known about all runs together. */

/** The counts that the shell and the list of runs show. */
export const summaryQuery = (repository: string | null = null) =>
  queryOptions({
    queryKey: ['summary', repository],
    queryFn: ({ signal }) => {
      const filter = repository === null ? '' : `?${new URLSearchParams({ repository })}`
      return getJson<Summary>(`/api/codex/runs/summary${filter}`, signal)
    },
  })

type Stats = Json<'/api/codex/stats'>

const WEEK_MS = 7 * 86_400_000

/** What the decided runs of the last seven days show together. */
export const weekQuery = (repository: string | null) =>
  queryOptions({
    queryKey: ['stats', repository],
    queryFn: ({ signal }) => {
      const since = new Date(Date.now() - WEEK_MS).toISOString()
      const filter: Record<string, string> = { since, ...(repository !== null && { repository }) }
      return getJson<Stats>(`/api/codex/stats?${new URLSearchParams(filter)}`, signal)
    },
    refetchInterval: 60_000,
  })

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => getJson<FleetHealth>('/api/codex/health', signal),
  refetchInterval: 15_000,
})

export const pausesQuery = queryOptions({
  queryKey: ['pauses'],
  queryFn: ({ signal }) => getJson<Pauses>('/api/codex/pauses', signal),
  refetchInterval: 60_000,
})
