import { Link } from '@tanstack/react-router'
import type { Summary } from '../api/fleet.ts'
import { formatCount } from '../parts/format.ts'
import { openStatuses } from '../parts/status.tsx'
import styles from './runs.module.css'
import type { RunsSearch } from './runs-search.ts'

const views: readonly (readonly [name: string, statuses: readonly string[]])[] = [
  ['All', []],
  ['Needs a person', ['needs_human']],
  ['In progress', openStatuses],
  ['Another attempt', ['needs_iteration']],
  ['Completed', ['completed']],
  ['Closed or superseded', ['closed', 'superseded']],
]

/** Views with their counts; each only sets the status, and keeps every other filter. */
export function Views(props: {
  readonly search: RunsSearch
  readonly counts: Summary['counts'] | null
}) {
  const { search, counts } = props
  const { status: current = '', ...rest } = search
  const count = (statuses: readonly string[]): number =>
    Object.entries(counts ?? {})
      .filter(([status]) => statuses.length === 0 || statuses.includes(status))
      .reduce((sum, [, each]) => sum + each.count, 0)
  return (
    <nav className={styles.views} aria-label="Views">
      {views.map(([name, statuses]) => {
        const status = statuses.join(',')
        return (
          <Link
            key={name}
            to="/"
            search={status === '' ? rest : { ...rest, status }}
            aria-current={status === current ? 'page' : undefined}
            activeProps={{ 'aria-current': status === current ? 'page' : undefined }}
          >
            {name}
            <span
              className={name === 'Needs a person' && count(statuses) > 0 ? 'count hot' : 'count'}
            >
              {counts === null ? '\u00A0' : formatCount(count(statuses))}
            </span>
          </Link>
        )
      })}
    </nav>
  )
}
