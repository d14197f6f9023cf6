import { useRouter } from '@tanstack/react-router'
import { type RefObject, useEffect } from 'react'

/** What had the focus when a page was left, by the key of its entry in the history. */
const left = new Map<string, string>()
const MAX_ENTRIES = 50
/** A page that is still being loaded gets the focus once it is there. */
const PATIENCE_MS = 3_000

/**
 * Moves the focus as a page load would: to the heading of the new page, and on *Back* to where it
 * was, which elements name by `data-focus`.
 */
export function useFocusOnNavigation(main: RefObject<HTMLElement | null>): void {
  const router = useRouter()
  useEffect(() => {
    let observer: MutationObserver | null = null
    const stop = () => {
      observer?.disconnect()
      observer = null
    }
    const beforeLoad = router.subscribe('onBeforeNavigate', ({ fromLocation, pathChanged }) => {
      const focus = document.activeElement?.closest('[data-focus]')?.getAttribute('data-focus')
      const key = fromLocation?.state.__TSR_key
      if (!pathChanged || !focus || key === undefined) return
      if (left.size >= MAX_ENTRIES) left.delete(left.keys().next().value ?? '')
      left.set(key, focus)
    })
    const rendered = router.subscribe('onResolved', ({ pathChanged, fromLocation, toLocation }) => {
      stop()
      if (!pathChanged || fromLocation === undefined) return
      const key = toLocation.state.__TSR_key
      const wanted = key === undefined ? undefined : left.get(key)
      const place = () => focusPage(main.current, wanted)
      if (place()) return
      observer = new MutationObserver(() => {
        if (place()) stop()
      })
      if (main.current) observer.observe(main.current, { childList: true, subtree: true })
      setTimeout(stop, PATIENCE_MS)
    })
    return () => {
      beforeLoad()
      rendered()
      stop()
    }
  }, [router, main])
}

/** False while neither the wanted element nor a heading is there, or a person is typing. */
function focusPage(main: HTMLElement | null, wanted: string | undefined): boolean {
  if (main === null) return false
  const kept =
    wanted === undefined
      ? null
      : main.querySelector<HTMLElement>(`[data-focus="${CSS.escape(wanted)}"]`)
  if (wanted !== undefined && kept === null) return false
  const target = kept ?? main.querySelector<HTMLElement>('h1')
  if (target === null) return false
  target.focus({ preventScroll: true })
  if (kept !== null) kept.scrollIntoView({ block: 'nearest' })
  return true
}
