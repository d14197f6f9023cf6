import type { Run } from '../api/types.ts'
import { statusFace } from '../parts/status.tsx'
import styles from './runs.module.css'

/** Marks a row is drawn with at most. */
const MAX_MARKS = 8

/** Which attempt a run is, and how many are allowed: a mark for each. */
export function Attempts({ run }: { readonly run: Run }) {
  const { attempt, attemptsMax, status } = run
  const { tone, words } = statusFace(status)
  const allowed = Math.max(attempt, attemptsMax)
  const marks = Array.from({ length: Math.min(allowed, MAX_MARKS) }, (_, index) => index + 1)
  return (
    <span
      className={styles.attempts}
      role="img"
      aria-label={`Attempt ${attempt} of ${allowed}: ${words}`}
    >
      {marks.map((number) => (
        <i
          key={number}
          data-tone={number < attempt ? 'again' : number === attempt ? tone : undefined}
          data-kind={number > attempt ? 'allowed' : undefined}
        />
      ))}
      <span aria-hidden="true">
        {attempt} of {allowed}
      </span>
    </span>
  )
}
