import { useEffect, useRef, useState } from 'react'
import type { Run } from '../api/types.ts'
import { joinHeadline } from './headline.ts'

/** A reader's voice is not interrupted more often than this. */
const AT_MOST_EVERY_MS = 5_000

/** Says a changed status of the shown run, but not the one that it was opened with. */
export function StatusAnnouncer({ run }: { readonly run: Run }) {
  const [said, setSaid] = useState('')
  const lastStatus = useRef(run.status)
  const lastAt = useRef(0)
  const sentence = joinHeadline(run)
  useEffect(() => {
    if (lastStatus.current === run.status) return
    lastStatus.current = run.status
    const inMs = Math.max(0, lastAt.current + AT_MOST_EVERY_MS - Date.now())
    const timer = setTimeout(() => {
      lastAt.current = Date.now()
      setSaid(sentence)
    }, inMs)
    return () => clearTimeout(timer)
  }, [run.status, sentence])
  return (
    <p className="sr-only" role="status">
      {said}
    </p>
  )
}
