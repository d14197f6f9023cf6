import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { formatDuration, formatSha, formatUsd } from '../parts/format.ts'
import { statusFace } from '../parts/status.tsx'
import { Moment } from '../parts/time.tsx'
import styles from './issue.module.css'
import type { IssueAnswer } from './issue-data.ts'
import { toggleCompared } from './parse-compare.ts'

type Run = IssueAnswer['runs'][number]

/** The time of a run from its start to its decision, or until now. */
function measure({ startedAt, createdAt, decidedAt, updatedAt }: Run): number {
  const end = Date.parse(decidedAt ?? updatedAt)
  return Math.max(1, (end - Date.parse(startedAt ?? createdAt)) / 1_000)
}

/** The attempts of an issue from left to right, each as wide as it took long; two are compared. */
export function AttemptLane(props: {
  readonly runs: readonly Run[]
  readonly compared: readonly number[]
  readonly onCompare: (pair: readonly [number, number]) => void
}) {
  const { runs, compared, onCompare } = props
  const [ticked, setTicked] = useState(compared)
  const [first, second] = ticked.toSorted((a, b) => a - b)
  return (
    <section aria-label="Attempts">
      <div className={styles.laneHead}>
        <h2>Attempts</h2>
        {runs.length > 1 && (
          <button
            type="button"
            className="button small"
            disabled={first === undefined || second === undefined}
            onClick={() => {
              if (first !== undefined && second !== undefined) onCompare([first, second])
            }}
          >
            {first !== undefined && second !== undefined
              ? `Compare ${first} and ${second}`
              : 'Tick two to compare'}
          </button>
        )}
      </div>
      <Box>
        <ol className={styles.lane}>
          {runs.map((run) => (
            <AttemptCard
              key={run.id}
              run={run}
              isTicked={ticked.includes(run.attempt)}
              canTick={runs.length > 1}
              onTick={() => setTicked(toggleCompared(ticked, run.attempt))}
            />
          ))}
        </ol>
      </Box>
    </section>
  )
}

function AttemptCard(props: {
  readonly run: Run
  readonly isTicked: boolean
  readonly canTick: boolean
  readonly onTick: () => void
}) {
  const { run, isTicked, canTick, onTick } = props
  const { icon: StatusIcon, tone, words } = statusFace(run.status)
  const facts = [
    formatDuration(measure(run)),
    formatUsd(run.costUsd),
    ...(run.commitSha === null ? [] : [formatSha(run.commitSha)]),
  ]
  return (
    <li data-tone={tone} style={{ flexGrow: measure(run) }}>
      <span className={styles.span} />
      <div className={styles.attempt}>
        {canTick && (
          <input
            type="checkbox"
            checked={isTicked}
            onChange={onTick}
            aria-label={`Compare attempt ${run.attempt}`}
          />
        )}
        <div>
          <h3>
            <StatusIcon className="tone" />{' '}
            <Link to="/runs/$runId" params={{ runId: run.id }}>
              Attempt {run.attempt}: {words}
            </Link>
          </h3>
          <p>
            <AgentText text={run.headline} />
          </p>
          <p className="muted small">
            <Moment at={run.startedAt ?? run.createdAt} /> · {facts.join(' · ')}
          </p>
        </div>
      </div>
    </li>
  )
}
