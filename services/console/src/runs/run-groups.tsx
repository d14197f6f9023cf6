import { Link } from '@tanstack/react-router'
import { formatCount } from '../parts/format.ts'
import type { RunGroup } from './group-runs.ts'
import { RunRow } from './run-row.tsx'
import styles from './runs.module.css'

/** The runs under their headings. */
export function RunGroups({ groups }: { readonly groups: readonly RunGroup[] }) {
  return groups.map(({ key, title, aside, runs, count }) => (
    <section key={key} aria-labelledby={`group-${key}`}>
      <div className={styles.group}>
        <h2 id={`group-${key}`}>{title}</h2>
        <span className="count">{formatCount(count)}</span>
        {aside !== '' && <span className="small muted">{aside}</span>}
      </div>
      <div className="box">
        <ul>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </ul>
        {key === 'person' && count > runs.length && (
          <Link to="/inbox" className={styles.rest}>
            {formatCount(count - runs.length)} more in the Inbox
          </Link>
        )}
        {key === 'open' && count > runs.length && (
          <span className={styles.rest}>
            {formatCount(count - runs.length)} more in progress; filter by status to see all
          </span>
        )}
      </div>
    </section>
  ))
}

const skeletonRows = ['a', 'b', 'c', 'd', 'e', 'f']

/** Rows of the real height while nothing is known; they appear only if that takes a moment. */
export function RunsSkeleton() {
  return (
    <div className={styles.skeleton} aria-hidden="true">
      <div className="box">
        {skeletonRows.map((row) => (
          <div key={row} className={styles.skeletonRow}>
            <span />
            <span />
          </div>
        ))}
      </div>
    </div>
  )
}
