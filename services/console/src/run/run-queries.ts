import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { type LiveEvent, useLiveEvents } from '../api/live.ts'
import { getJson } from '../api/request.ts'
import type { Diff, Instructions, RunDetail, Timeline } from './run-data.ts'

/** The shown run is read again at most this often, however many changes are announced. */
const REFETCH_EVERY_MS = 1_000
/** Effects and readings of other systems are not announced; this finds them. */
const LOOK_AGAIN_MS = 10_000

const runPath = (id: string, rest = ''): string =>
  `/api/codex/runs/${encodeURIComponent(id)}${rest}`

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) => getJson<RunDetail>(runPath(id), signal),
  })

/** The diff of a run; with `since` only what changed after the head of that run. */
export const diffQuery = (id: string, commitSha: string | null, since: string | null) =>
  queryOptions({
    queryKey: ['run', id, 'diff', commitSha, since],
    queryFn: ({ signal }) =>
      getJson<Diff>(
        runPath(id, `/diff${since === null ? '' : `?since=${encodeURIComponent(since)}`}`),
        signal,
      ),
  })

export const instructionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id, 'instructions'],
    queryFn: ({ signal }) => getJson<Instructions>(runPath(id, '/instructions'), signal),
  })

export const timelineQuery = (id: string, all: boolean) =>
  queryOptions({
    queryKey: ['run', id, 'timeline', all],
    queryFn: ({ signal }) =>
      getJson<Timeline>(runPath(id, `/timeline${all ? '?all=1' : ''}`), signal),
  })

/** Whether something may still happen about this run without a change of its status. */
function isMoving({ run, effects, phases }: RunDetail): boolean {
  return (
    run.decidedAt === null ||
    phases.some(({ running }) => running) ||
    effects.some(({ state }) => state === 'pending' || state === 'unknown')
  )
}

/** The run, kept current: an announced change is shown at once, and its details soon after. */
export function useRun(id: string) {
  const client = useQueryClient()
  const query = useQuery({
    ...runQuery(id),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isMoving(state.data) ? LOOK_AGAIN_MS : false,
  })
  const refetchSoon = useThrottled(() => void client.invalidateQueries({ queryKey: ['run', id] }))
  const issue = query.data?.run
  useLiveEvents((event: LiveEvent) => {
    if (event.kind !== 'run') return refetchSoon()
    const { run } = event
    if (run.id === id) {
      client.setQueryData(runQuery(id).queryKey, (old) =>
        // Announced runs come without their long texts, which do not change.
        old === undefined ? old : { ...old, run: { ...run, prompt: run.prompt ?? old.run.prompt } },
      )
      refetchSoon()
    } else if (run.repository === issue?.repository && run.issueNumber === issue?.issueNumber) {
      refetchSoon()
    }
  })
  return query
}

/** `action`, at once if it was not called within the last second, and else when that is over. */
function useThrottled(action: () => void): () => void {
  const newest = useRef(action)
  newest.current = action
  const calls = useRef<{ lastAt: number; timer: ReturnType<typeof setTimeout> | null }>({
    lastAt: 0,
    timer: null,
  })
  useEffect(() => () => clearTimeout(calls.current.timer ?? undefined), [])
  return () => {
    if (calls.current.timer !== null) return
    const inMs = Math.max(0, calls.current.lastAt + REFETCH_EVERY_MS - Date.now())
    calls.current.timer = setTimeout(() => {
      calls.current = { lastAt: Date.now(), timer: null }
      newest.current()
    }, inMs)
  }
}
