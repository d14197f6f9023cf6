import { Link } from '@tanstack/react-router'
import { AgentText } from '../parts/agent-text.tsx'
import { formatDuration } from '../parts/format.ts'
import type { Tone } from '../parts/status.tsx'
import styles from './insights.module.css'
import type { Hanging, HangingRun } from './insights-data.ts'
import { PlotBox } from './plot-figure.tsx'

const phases: Readonly<Record<string, { readonly name: string; readonly tone: Tone }>> = {
  agent: { name: 'Agent at work', tone: 'past' },
  evidence: { name: 'Evidence', tone: 'work' },
  ci: { name: 'CI', tone: 'work' },
  review: { name: 'Review', tone: 'work' },
  judge: { name: 'Judge', tone: 'work' },
  dispatch: { name: 'Next attempt', tone: 'again' },
  pause: { name: 'Next attempt', tone: 'again' },
  person: { name: 'A person', tone: 'person' },
}
const face = (phase: string) => phases[phase] ?? { name: phase, tone: 'work' as const }

/** Squares beyond this many of one phase are summed up. */
const MAX_SQUARES = 24
const LONGEST = 2

const isLate = ({ waitSeconds, usualSeconds }: HangingRun): boolean =>
  usualSeconds !== null && waitSeconds > 2 * usualSeconds

/** One square a run by what it waits for; a ring around those that wait twice as long as usual. */
export function HangingBox(props: {
  readonly hanging: readonly Hanging[]
  readonly sentence: string | null
}) {
  const { hanging, sentence } = props
  const all = hanging.flatMap(({ phase, runs }) => runs.map((run) => ({ phase, run })))
  const longest = all.toSorted((a, b) => b.run.waitSeconds - a.run.waitSeconds).slice(0, LONGEST)
  return (
    <PlotBox
      title="Where runs hang now"
      sentence={sentence}
      empty="No run waits for anything"
      width="third"
      table={{
        head: ['Run', 'Waits for', 'Since', 'Usual'],
        rows: all.map(({ phase, run }) => [
          run.title,
          face(phase).name,
          formatDuration(run.waitSeconds),
          run.usualSeconds === null ? '' : formatDuration(run.usualSeconds),
        ]),
      }}
    >
      <ul className={styles.hanging}>
        {hanging
          .filter(({ runs }) => runs.length > 0)
          .map(({ phase, runs }) => (
            <PhaseRow key={phase} phase={phase} runs={runs} />
          ))}
      </ul>
      <ul className={styles.longest}>
        {longest.map(({ phase, run }) => (
          <li key={run.id}>
            <Link to="/runs/$runId" params={{ runId: run.id }}>
              <AgentText text={run.title} />
            </Link>{' '}
            <span className="muted">
              {face(phase).name}, {formatDuration(run.waitSeconds)}
              {run.usualSeconds !== null && ` · usual is ${formatDuration(run.usualSeconds)}`}
            </span>
          </li>
        ))}
      </ul>
    </PlotBox>
  )
}

function PhaseRow(props: { readonly phase: string; readonly runs: readonly HangingRun[] }) {
  const { phase, runs } = props
  const { name, tone } = face(phase)
  const oldest = Math.max(...runs.map(({ waitSeconds }) => waitSeconds))
  return (
    <li>
      <span>{name}</span>
      <span className={styles.squares} data-tone={tone}>
        {runs.slice(0, MAX_SQUARES).map((run) => (
          <Link
            key={run.id}
            to="/runs/$runId"
            params={{ runId: run.id }}
            className={isLate(run) ? styles.late : undefined}
            title={`${run.title}, ${formatDuration(run.waitSeconds)}`}
          >
            <span className="sr-only">
              {run.title}
              {isLate(run) && ', over twice the usual'}
            </span>
          </Link>
        ))}
        {runs.length > MAX_SQUARES && (
          <span className="muted">and {runs.length - MAX_SQUARES} more</span>
        )}
      </span>
      <span className="muted numeric">{formatDuration(oldest)}</span>
    </li>
  )
}
