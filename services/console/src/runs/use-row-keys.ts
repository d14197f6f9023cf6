import type { RefObject } from 'react'
import { copyText } from '../parts/copy-text.ts'
import { useKeys } from '../parts/keys.tsx'

/** Moves the focus through the rows of a list, which are links with `data-focus`. */
export function useRowKeys(list: RefObject<HTMLElement | null>): void {
  const listRows = () => [
    ...(list.current?.querySelectorAll<HTMLAnchorElement>('a[data-focus]') ?? []),
  ]
  const findRow = () => listRows().find((row) => row === document.activeElement)
  const move = (step: number) => {
    const rows = listRows()
    const at = rows.findIndex((row) => row.matches(':focus'))
    const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step]
    next?.focus({ preventScroll: true })
    next?.scrollIntoView({ block: 'nearest' })
  }
  useKeys([
    { keys: 'j', text: 'next run', run: () => move(1) },
    { keys: 'k', text: 'previous run', run: () => move(-1) },
    {
      keys: 'o',
      text: 'open the pull request',
      run: () =>
        findRow()?.closest('li')?.querySelector<HTMLElement>('[data-key="pull-request"]')?.click(),
    },
    {
      keys: 'y',
      text: 'copy the link of the run',
      run: () => {
        const row = findRow()
        if (row) void copyText(row.href)
      },
    },
  ])
}
