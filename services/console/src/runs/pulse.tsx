import { CheckCircleIcon, InboxIcon, PulseIcon, ServerIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  type FleetHealth,
  healthQuery,
  type Summary,
  summaryQuery,
  weekQuery,
} from '../api/fleet.ts'
import { useNow } from '../parts/clock.ts'
import { formatCount, formatDuration } from '../parts/format.ts'
import { openStatuses, statusFace } from '../parts/status.tsx'
import styles from './runs.module.css'

/** The fleet in four figures, each leading to what is behind it. */
export function Pulse({ repository }: { readonly repository: string | null }) {
  const { data: summary } = useQuery(summaryQuery(repository))
  const { data: health } = useQuery(healthQuery)
  const { data: week } = useQuery(weekQuery(repository))
  const scope = repository === null ? {} : { repository }
  return (
    <section className={styles.pulse} aria-label="All runs at a glance">
      <Link to="/" search={{ ...scope, status: openStatuses.join(',') }}>
        <span className={styles.figureName}>
          <PulseIcon /> In progress
        </span>
        <InProgress summary={summary} />
      </Link>
      <Link to="/inbox">
        <span
          className={styles.figureName}
          data-tone={summary?.openEscalations ? 'person' : 'past'}
        >
          <InboxIcon className="tone" /> Waits for a person
        </span>
        <Waits summary={summary} />
      </Link>
      <Link to="/insights" search={{ ...scope, days: 7 }}>
        <span className={styles.figureName}>
          <CheckCircleIcon /> Completed, 7 days
        </span>
        <Figure
          value={
            summary &&
            `${formatCount(summary.completedSevenDays)} ${summary.completedSevenDays === 1 ? 'run' : 'runs'}`
          }
          note={week && describeAttempts(week.stats.avgAttemptsPerIssue)}
        />
      </Link>
      <Link to="/insights">
        <span className={styles.figureName}>
          <ServerIcon /> Outside systems
        </span>
        <Systems health={health} />
      </Link>
    </section>
  )
}

const describeAttempts = (average: number | null): string =>
  average === null ? 'no run was decided' : `${average.toFixed(1)} attempts an issue`

/** Keeps its height while nothing is known yet. */
function Figure({
  value,
  note,
}: {
  readonly value: string | undefined
  readonly note: string | undefined
}) {
  return (
    <>
      <span className={styles.figure}>{value ?? '\u00A0'}</span>
      <span className={styles.figureNote}>{note ?? '\u00A0'}</span>
    </>
  )
}

function InProgress({ summary }: { readonly summary: Summary | undefined }) {
  const now = useNow()
  if (summary === undefined) return <Figure value={undefined} note={undefined} />
  const waits = openStatuses.flatMap((status) => {
    const { count = 0, oldestSince = null } = summary.counts[status] ?? {}
    return [{ status, count, since: oldestSince }]
  })
  const count = waits.reduce((sum, wait) => sum + wait.count, 0)
  const oldest = waits
    .filter(({ since }) => since !== null)
    .sort((a, b) => Date.parse(a.since ?? '') - Date.parse(b.since ?? ''))[0]
  return (
    <Figure
      value={`${formatCount(count)} ${count === 1 ? 'run' : 'runs'}`}
      note={
        oldest?.since
          ? `oldest ${formatDuration((now - Date.parse(oldest.since)) / 1_000)}, ${statusFace(oldest.status).words.toLowerCase().replace(' ci', ' CI')}`
          : 'nothing is waited for'
      }
    />
  )
}

function Waits({ summary }: { readonly summary: Summary | undefined }) {
  const now = useNow()
  if (summary === undefined) return <Figure value={undefined} note={undefined} />
  const { openEscalations, counts } = summary
  const since = counts.needs_human?.oldestSince ?? null
  return (
    <Figure
      value={`${formatCount(openEscalations)} ${openEscalations === 1 ? 'question' : 'questions'}`}
      note={
        openEscalations === 0 || since === null
          ? 'no one is needed'
          : `oldest ${formatDuration((now - Date.parse(since)) / 1_000)}`
      }
    />
  )
}

function Systems({ health }: { readonly health: FleetHealth | undefined }) {
  if (health === undefined) return <Figure value={undefined} note={undefined} />
  const used = health.systems.filter(({ state }) => state !== 'off')
  const down = used.filter(({ state }) => state === 'down')
  const [budget] = health.github.toSorted((a, b) => a.remaining - b.remaining)
  return (
    <Figure
      value={
        down.length > 0
          ? `${down.map(({ name }) => name).join(', ')} ${down.length === 1 ? 'does' : 'do'} not answer`
          : `${used.filter(({ state }) => state === 'up').length} of ${used.length} answer`
      }
      note={
        budget === undefined
          ? 'GitHub budget not known yet'
          : `GitHub budget ${formatCount(budget.remaining)} of ${formatCount(budget.limit)}`
      }
    />
  )
}
