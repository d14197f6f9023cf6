import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import { formatDuration } from '../parts/format.ts'
import { statusFace } from '../parts/status.tsx'
import styles from './run.module.css'
import type { RunDetail, TimelineEntry } from './run-data.ts'
import { timelineQuery } from './run-queries.ts'
import { Section } from './section.tsx'
import { iconByName } from './timeline-icons.ts'
import { toTimes } from './timeline-times.ts'

/** The steps of a run in order; on request also every signal, reading and try. */
export function TimelineSection({ detail }: { readonly detail: RunDetail }) {
  const { run } = detail
  const [isAll, setAll] = useState(false)
  const query = useQuery({ ...timelineQuery(run.id, isAll), placeholderData: (old) => old })
  const first = query.data?.entries[0]
  return (
    <Section
      id="timeline"
      title="Timeline"
      isFar
      aside={
        <>
          {first !== undefined && <span>{formatDay(first.at)}, UTC</span>}
          <button type="button" className="link" onClick={() => setAll(!isAll)}>
            {isAll ? 'Show the steps only' : 'Show every signal'}
          </button>
        </>
      }
    >
      {query.data !== undefined && <Entries entries={query.data.entries} detail={detail} />}
      {query.data?.nextCursor != null && (
        <p className={styles.below}>The oldest entries are left out.</p>
      )}
      {query.error !== null && (
        <FaultBox error={query.error} onRetry={() => void query.refetch()} />
      )}
    </Section>
  )
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
const formatDay = (at: string): string => day.format(Date.parse(at))

function Entries(props: {
  readonly entries: readonly TimelineEntry[]
  readonly detail: RunDetail
}) {
  const { entries, detail } = props
  const times = toTimes(entries.map(({ at }) => at))
  const { tone } = statusFace(detail.run.status)
  const last = entries.findLastIndex(({ kind }) => kind === 'step')
  if (entries.length === 0)
    return (
      <Box>
        <p className={`${styles.row} muted`}>Nothing has happened yet.</p>
      </Box>
    )
  return (
    <Box>
      <ol className={styles.steps}>
        {entries.map((entry, index) => (
          <Entry
            // biome-ignore lint/suspicious/noArrayIndexKey: entries are only added at the end.
            key={index}
            entry={entry}
            time={times[index] ?? ''}
            tone={index === last ? tone : entry.kind === 'step' ? 'work' : 'past'}
            isLast={index === last}
          />
        ))}
      </ol>
    </Box>
  )
}

function Entry(props: {
  readonly entry: TimelineEntry
  readonly time: string
  readonly tone: string
  readonly isLast: boolean
}) {
  const { entry, time, tone, isLast } = props
  const { at, text, detail, waited, note, icon } = entry
  const EntryIcon = iconByName(icon)
  return (
    <li data-tone={tone}>
      <time dateTime={at} title={at}>
        {time}
      </time>
      <span className={`${styles.dot} ${isLast ? styles.ending : ''}`}>
        <EntryIcon />
      </span>
      <div>
        <AgentText text={text} />
        {note !== null && (
          <p>
            “<AgentText text={note} />”
          </p>
        )}
        {detail !== null && (
          <div className={styles.waited}>
            <AgentText text={detail} />
          </div>
        )}
        {waited !== null && (
          <div className={styles.waited}>
            waited {formatDuration(waited.seconds, 'exact')}
            {waited.ofAtMostSeconds !== null &&
              ` of at most ${formatDuration(waited.ofAtMostSeconds)}`}
          </div>
        )}
      </div>
    </li>
  )
}
