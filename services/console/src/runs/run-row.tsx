import { Link } from '@tanstack/react-router'
import { memo, useEffect, useRef, useState } from 'react'
import type { Run } from '../api/types.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { useNow } from '../parts/clock.ts'
import { formatDuration, formatSha } from '../parts/format.ts'
import { Level } from '../parts/meter.tsx'
import { parseSafeUrl } from '../parts/out-link.tsx'
import { openStatuses, statusFace } from '../parts/status.tsx'
import { Ago } from '../parts/time.tsx'
import { Attempts } from './attempts.tsx'
import styles from './runs.module.css'

/** One run: what it is about, why it stands where it stands, and since when. */
export const RunRow = memo(function RunRow({ run }: { readonly run: Run }) {
  const { icon: StatusIcon, tone, words } = statusFace(run.status)
  const isChanged = useChanged(run.updatedAt)
  return (
    <li className={styles.run} data-tone={tone} data-run={run.id} data-changed={isChanged}>
      <StatusIcon className="tone" aria-label={words} />
      <div className={styles.what}>
        <Link
          to="/runs/$runId"
          params={{ runId: run.id }}
          className={styles.title}
          data-focus={`run:${run.id}`}
        >
          <AgentText text={run.issueTitle ?? run.workflowName ?? 'A run without an issue'} />{' '}
          <span>{describeIssue(run)}</span>
        </Link>
        <div className={styles.sentence}>
          <strong className="tone">{run.statusWords}</strong>
          {run.headline !== '' && (
            <>
              {' · '}
              <AgentText text={run.headline} />
            </>
          )}
        </div>
      </div>
      <Attempts run={run} />
      <div className={styles.pull}>
        <PullRequest run={run} />
        {run.commitSha !== null && <code>{formatSha(run.commitSha)}</code>}
      </div>
      <div className={styles.when}>
        {openStatuses.includes(run.status) ? <Waiting run={run} /> : <Ended run={run} />}
      </div>
    </li>
  )
})

const FADE_MS = 1_200

/** True for a moment after the value has changed while it is shown. */
function useChanged(value: string): boolean {
  const before = useRef(value)
  const [isChanged, setChanged] = useState(false)
  useEffect(() => {
    if (before.current === value) return
    before.current = value
    setChanged(true)
    const timer = setTimeout(() => setChanged(false), FADE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return isChanged
}

function describeIssue({ repository, issueNumber }: Run) {
  if (repository === null) return null
  return <AgentText text={issueNumber === null ? repository : `${repository}#${issueNumber}`} />
}

function PullRequest({ run }: { readonly run: Run }) {
  const url = parseSafeUrl(run.prUrl)
  if (run.prNumber === null) return <span>no pull request</span>
  if (url === null) return <span>#{run.prNumber}</span>
  return (
    <a
      href={url.href}
      target="_blank"
      rel="noreferrer noopener"
      data-key="pull-request"
      tabIndex={-1}
    >
      #{run.prNumber}
      <span className="sr-only"> on {url.host}</span>
    </a>
  )
}

/** How long an open run waits, of how long it may at most. */
function Waiting({ run }: { readonly run: Run }) {
  const now = useNow()
  const since = run.wait?.since ?? run.createdAt
  const deadline = run.wait?.deadline ?? run.deadlineAt
  const waited = (now - Date.parse(since)) / 1_000
  const most = deadline === null ? null : (Date.parse(deadline) - Date.parse(since)) / 1_000
  const share = most === null || most <= 0 ? null : Math.min(1, waited / most)
  return (
    <>
      <b>{formatDuration(waited)}</b>
      {most !== null && ` of ${formatDuration(most)}`}
      {share !== null && (
        <Level value={share} name={`${Math.round(share * 100)} % of the deadline used`} />
      )}
    </>
  )
}

function Ended({ run }: { readonly run: Run }) {
  const at = run.decidedAt ?? run.updatedAt
  if (run.status === 'needs_human') return <Asked run={run} at={at} />
  const started = run.startedAt ?? run.createdAt
  return (
    <>
      <b>
        <Ago at={at} />
      </b>
      <span className={styles.more}>
        took {formatDuration((Date.parse(at) - Date.parse(started)) / 1_000)}
      </span>
    </>
  )
}

function Asked({ run, at }: { readonly run: Run; readonly at: string }) {
  const now = useNow()
  const closesAt = run.wait?.deadline ?? run.deadlineAt
  return (
    <>
      <b>{formatDuration((now - Date.parse(at)) / 1_000)}</b> waiting
      {closesAt !== null && (
        <span className={styles.more}>
          closes <Ago at={closesAt} />
        </span>
      )}
    </>
  )
}
