import { Link } from '@tanstack/react-router'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { formatCount } from '../parts/format.ts'
import styles from './insights.module.css'
import type { FlakyCheck } from './insights-data.ts'
import { readFilter } from './run-filter.ts'

/** Checks that failed and then passed on one commit, the most frequent first. */
export function FlakyTable(props: {
  readonly flaky: readonly FlakyCheck[]
  readonly sentence: string | null
}) {
  const { flaky, sentence } = props
  return (
    <section className={styles.plotBox} data-width="whole" aria-label="Flakiest checks">
      <Box>
        <div className="box-head">
          <h2>Flakiest checks</h2>
        </div>
        <div className={styles.plot}>
          <p className={styles.sentence}>
            {flaky.length === 0
              ? 'No check failed and then passed on the same commit'
              : (sentence ??
                'Failed, then passed on the same commit: no attempt was spent on these')}
          </p>
          {flaky.length > 0 && <Numbers flaky={flaky} />}
        </div>
      </Box>
    </section>
  )
}

function Numbers({ flaky }: { readonly flaky: readonly FlakyCheck[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard.
    <section className={styles.numbers} tabIndex={0} aria-label="Flakiest checks as a table">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">Repository</th>
            <th scope="col" className="numeric">
              Red, then green
            </th>
            <th scope="col" className="numeric">
              Attempts saved
            </th>
          </tr>
        </thead>
        <tbody>
          {flaky.map(({ repository, name, flips, runs, attemptsSaved, filter }) => (
            <tr key={`${repository} ${name}`}>
              <td>
                <Link to="/" search={readFilter(filter)}>
                  <AgentText text={name} />
                </Link>
              </td>
              <td className="muted">
                <AgentText text={repository} />
              </td>
              <td className="numeric">
                {formatCount(flips)} of {formatCount(runs)}
              </td>
              <td className="numeric">{formatCount(attemptsSaved)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
