import { Link } from '@tanstack/react-router'
import { formatCount } from '../parts/format.ts'
import { reasonFace } from '../parts/reasons.ts'
import styles from './insights.module.css'
import type { ReasonCount } from './insights-data.ts'
import { PlotBox } from './plot-figure.tsx'
import { describeGrowth } from './reason-growth.ts'
import { readFilter } from './run-filter.ts'

const MAX_BARS = 10

/** Why runs did not pass, the most frequent reason first, with a mark for the time before. */
export function ReasonBars(props: {
  readonly reasons: readonly ReasonCount[]
  readonly sentence: string | null
}) {
  const { reasons, sentence } = props
  const shown = reasons.toSorted((a, b) => b.count - a.count).slice(0, MAX_BARS)
  const most = Math.max(1, ...shown.flatMap(({ count, before }) => [count, before]))
  return (
    <PlotBox
      title="Why runs did not pass"
      sentence={sentence}
      empty="Every decided run was completed"
      table={{
        head: ['Reason', 'Runs', 'Before'],
        rows: reasons.map(({ reason, count, before }) => [
          reasonFace(reason).words,
          formatCount(count),
          formatCount(before),
        ]),
      }}
    >
      <ul className={styles.bars}>
        {shown.map(({ reason, count, before, filter }) => {
          const { words, tone } = reasonFace(reason)
          return (
            <li key={reason}>
              <Link to="/" search={readFilter(filter)}>
                {words}
              </Link>
              <span className={styles.bar} data-tone={tone} aria-hidden="true">
                <span style={{ width: `${(100 * count) / most}%` }} />
                <span
                  className={styles.before}
                  hidden={before === 0}
                  style={{ left: `${(100 * before) / most}%` }}
                />
              </span>
              <span className={styles.count}>{formatCount(count)}</span>
              <span className={styles.change}>{describeGrowth({ count, before })}</span>
            </li>
          )
        })}
      </ul>
      <p className={styles.note}>The thin mark is the same time before.</p>
    </PlotBox>
  )
}
