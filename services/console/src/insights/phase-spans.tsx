import { formatDuration } from '../parts/format.ts'
import styles from './insights.module.css'
import type { PhaseGroup } from './insights-data.ts'
import { Legend, PlotBox } from './plot-figure.tsx'

const parts = [
  ['agent', 'Agent', 'var(--data-gray-color-emphasis)'],
  ['evidence', 'Evidence', 'var(--data-teal-color-emphasis)'],
  ['ci', 'CI', 'var(--data-blue-color-emphasis)'],
  ['review', 'Review', 'var(--data-purple-color-emphasis)'],
  ['judge', 'Judge', 'var(--data-pine-color-emphasis)'],
  ['pause', 'Pause', 'var(--data-brown-color-emphasis)'],
] as const

const groups: Readonly<Record<PhaseGroup['group'], string>> = {
  first: 'Completed first time',
  later: 'Completed later',
  person: 'Ended with a person',
}

const sum = ({ seconds }: PhaseGroup): number =>
  parts.reduce((total, [key]) => total + seconds[key], 0)

/** Where the time of an issue goes: means by phase, to one scale. */
export function PhaseSpans(props: {
  readonly phases: readonly PhaseGroup[]
  readonly sentence: string | null
}) {
  const { phases, sentence } = props
  const longest = Math.max(1, ...phases.map(sum))
  const filled = phases.filter((group) => sum(group) > 0)
  return (
    <PlotBox
      title="Where an issue’s time goes"
      sentence={sentence}
      empty="No decided run tells where its time went"
      table={{
        head: ['Issues', ...parts.map(([, name]) => name)],
        rows: filled.map(({ group, seconds }) => [
          groups[group],
          ...parts.map(([key]) => formatDuration(seconds[key])),
        ]),
      }}
    >
      <Legend entries={parts.map(([, name, colour]) => ({ name, colour }))} />
      <ul className={styles.spans}>
        {filled.map((group) => (
          <li key={group.group}>
            <div className={styles.spanHead}>
              <strong>{groups[group.group]}</strong>
              <span className="muted">{formatDuration(sum(group))}</span>
            </div>
            <div
              className={styles.span}
              aria-hidden="true"
              style={{ width: `${(100 * sum(group)) / longest}%` }}
            >
              {parts.map(([key, , colour]) => (
                <span
                  key={key}
                  hidden={!group.seconds[key]}
                  style={{ flexGrow: group.seconds[key], background: colour }}
                />
              ))}
            </div>
          </li>
        ))}
      </ul>
    </PlotBox>
  )
}
