import { type RefObject, useCallback, useEffect, useState } from 'react'
import type { Run } from '../api/types.ts'
import type { RunGroup } from './group-runs.ts'

/** Groups that do not move while someone points at them. */
export interface SteadyGroups {
  readonly groups: readonly RunGroup[]
  /** How many runs arrived meanwhile and are not shown yet. */
  readonly waiting: number
  /** Shows everything where it belongs now. */
  readonly release: () => void
}

const listIds = (groups: readonly RunGroup[]): readonly string[] =>
  groups.flatMap(({ key, runs }) => runs.map(({ id }) => `${key} ${id}`))

/**
 * Keeps every run in its place while the list is pointed at, has the focus, or is scrolled: rows
 * show their newest state, but none appears, leaves or moves. `key` names the list; another list is
 * shown at once.
 */
export function useSteadyGroups(
  newest: readonly RunGroup[],
  key: string,
  list: RefObject<HTMLElement | null>,
): SteadyGroups {
  const [held, setHeld] = useState<{ readonly key: string; readonly groups: typeof newest }>({
    key,
    groups: newest,
  })
  const current = held.key === key ? held.groups : newest
  const isChanged =
    held.key !== key || listIds(held.groups).join('\n') !== listIds(newest).join('\n')
  const release = useCallback(() => setHeld({ key, groups: newest }), [key, newest])
  useEffect(() => {
    if (!isChanged) return
    const tryRelease = () => {
      if (held.key !== key || !isHeld(list.current)) release()
    }
    // The list grows at its end when older runs are asked for, and that moves nothing.
    if (held.key === key && startsWith(newest, held.groups)) return release()
    tryRelease()
    const element = list.current
    const later = () => setTimeout(tryRelease)
    element?.addEventListener('pointerleave', later)
    element?.addEventListener('focusout', later)
    document.addEventListener('scrollend', later)
    return () => {
      element?.removeEventListener('pointerleave', later)
      element?.removeEventListener('focusout', later)
      document.removeEventListener('scrollend', later)
    }
  }, [isChanged, held, key, newest, release, list])

  const runs = new Map<string, Run>(
    newest.flatMap((group) => group.runs.map((run) => [run.id, run])),
  )
  const groups = current.map((group) => ({
    ...group,
    count: newest.find(({ key }) => key === group.key)?.count ?? group.count,
    runs: group.runs.map((run) => runs.get(run.id) ?? run),
  }))
  const shown = new Set(current.flatMap((group) => group.runs.map(({ id }) => id)))
  const waiting = [...runs.keys()].filter((id) => !shown.has(id)).length
  return { groups, waiting, release }
}

/** Whether the first list is the second one with more at its end. */
function startsWith(groups: readonly RunGroup[], beginning: readonly RunGroup[]): boolean {
  const [all, first] = [listIds(groups), listIds(beginning)]
  return first.length > 0 && first.every((id, index) => id === all[index])
}

const AT_TOP_PX = 8

function isHeld(list: HTMLElement | null): boolean {
  if (list === null) return false
  return (
    list.matches(':hover') || list.contains(document.activeElement) || window.scrollY > AT_TOP_PX
  )
}
