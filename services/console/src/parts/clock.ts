import { useSyncExternalStore } from 'react'
import { serverNow } from '../api/server-clock.ts'

let now = serverNow()
let timer: ReturnType<typeof setInterval> | null = null
const watchers = new Set<() => void>()

function tick(): void {
  if (document.hidden) return
  now = serverNow()
  for (const watcher of watchers) watcher()
}

/** The service's time in milliseconds, once a second, as long as the page is visible. */
export const useNow = (): number =>
  useSyncExternalStore(
    (watcher) => {
      if (watchers.size === 0) {
        timer = setInterval(tick, 1_000)
        document.addEventListener('visibilitychange', tick)
        now = serverNow()
      }
      watchers.add(watcher)
      return () => {
        watchers.delete(watcher)
        if (watchers.size > 0 || timer === null) return
        clearInterval(timer)
        document.removeEventListener('visibilitychange', tick)
      }
    },
    () => now,
  )
