import { useEffect, useRef, useSyncExternalStore } from 'react'
import { queryClient } from './query-client.ts'
import { serverNow } from './server-clock.ts'
import type { Escalation, Run } from './types.ts'

/** One change, as the service announces it after its commit. */
export type LiveEvent =
  | { readonly kind: 'run'; readonly run: Run; readonly from: string | null }
  | { readonly kind: 'escalation'; readonly escalation: Escalation }

/** `since`: when the connection was lost, in milliseconds of the service's time. */
export type LiveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly since: number }

type Listener = (event: LiveEvent) => void

/** After a refusal the browser does not connect again by itself. */
const RECONNECT_AFTER_MS = 3_000

let state: LiveState = { kind: 'connecting' }
let source: EventSource | null = null
const listeners = new Set<Listener>()
const watchers = new Set<() => void>()

function enter(next: LiveState): void {
  state = next
  for (const watcher of watchers) watcher()
}

/**
 * Opens the one stream of this tab, which the browser resumes by `Last-Event-ID` after an
 * interruption. What is shown is then read again as well.
 */
export function connectLive(): void {
  source?.close()
  source = new EventSource('/api/codex/events')
  const opened = source
  opened.addEventListener('open', () => {
    // Without an event before the interruption, the stream cannot tell what was missed.
    if (state.kind === 'lost') void queryClient.invalidateQueries()
    if (state.kind !== 'live') enter({ kind: 'live' })
  })
  opened.addEventListener('error', () => {
    if (state.kind !== 'lost') enter({ kind: 'lost', since: serverNow() })
    if (opened.readyState !== EventSource.CLOSED) return
    setTimeout(() => {
      if (source === opened) connectLive()
    }, RECONNECT_AFTER_MS)
  })
  opened.addEventListener('run', ({ data }: MessageEvent<string>) => {
    const { run, change } = JSON.parse(data)
    announce({ kind: 'run', run, from: change?.from ?? null })
  })
  opened.addEventListener('escalation', ({ data }: MessageEvent<string>) => {
    announce({ kind: 'escalation', escalation: JSON.parse(data).escalation })
  })
}

function announce(event: LiveEvent): void {
  for (const listener of listeners) listener(event)
}

/** Calls the newest listener with each change while the component is shown. */
export function useLiveEvents(listener: Listener): void {
  const newest = useRef(listener)
  newest.current = listener
  useEffect(() => {
    const call: Listener = (event) => newest.current(event)
    listeners.add(call)
    return () => void listeners.delete(call)
  }, [])
}

/** Whether changes arrive at the moment. */
export const useLiveState = (): LiveState =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    () => state,
  )
