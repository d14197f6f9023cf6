import {
  CheckIcon,
  ChevronRightIcon,
  ClockIcon,
  type Icon,
  SkipIcon,
  XCircleFillIcon,
} from '@primer/octicons-react'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { formatDuration, formatSha } from '../parts/format.ts'
import { OutLink } from '../parts/out-link.tsx'
import type { Tone } from '../parts/status.tsx'
import diff from './diff.module.css'
import { LogWindow } from './log-window.tsx'
import styles from './run.module.css'
import type { Check, CheckLog, RunDetail } from './run-data.ts'
import { Section } from './section.tsx'

interface Face {
  readonly icon: Icon
  readonly tone: Tone
  readonly words: string
}

function faceCheck({ conclusion, status }: Check): Face {
  if (conclusion === null)
    return { icon: ClockIcon, tone: 'work', words: status.replaceAll('_', ' ').toLowerCase() }
  const words = conclusion.replaceAll('_', ' ').toLowerCase()
  if (words === 'success') return { icon: CheckIcon, tone: 'done', words: 'passed' }
  if (words === 'neutral' || words === 'skipped') return { icon: SkipIcon, tone: 'past', words }
  return { icon: XCircleFillIcon, tone: 'again', words: words === 'failure' ? 'failed' : words }
}

/** The checks of the commit: failing and running ones first, the passed ones in one line. */
export function ChecksSection({ detail }: { readonly detail: RunDetail }) {
  const { checks, phases, run } = detail
  const open = checks.filter((check) => faceCheck(check).tone !== 'done')
  const passed = checks.filter((check) => faceCheck(check).tone === 'done')
  const seconds = phases.find(({ name }) => name === 'ci')?.seconds ?? null
  const aside = (
    <span>
      {seconds !== null && formatDuration(seconds, 'exact')}
      {run.commitSha !== null && ` on ${formatSha(run.commitSha)}`}
    </span>
  )
  return (
    <Section id="checks" title="Checks" isFar aside={checks.length === 0 ? null : aside}>
      <Box>
        {checks.length === 0 && (
          <p className={`${styles.row} muted`}>No check is known for this commit.</p>
        )}
        {open.length > 0 && (
          <ul>
            {open.map((check) => (
              <CheckCard key={check.id} check={check} />
            ))}
          </ul>
        )}
        {passed.length > 0 && <PassedChecks checks={passed} />}
      </Box>
    </Section>
  )
}

function PassedChecks({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <details className={styles.folded}>
      <summary className="fold">
        <ChevronRightIcon className="chevron" />
        <CheckIcon className="success" aria-label="passed" />
        <strong>{checks.length} passed</strong>
        <span className="fold-names">{checks.map(({ name }) => name).join(' · ')}</span>
      </summary>
      <ul>
        {checks.map((check) => (
          <CheckCard key={check.id} check={check} />
        ))}
      </ul>
    </details>
  )
}

function CheckCard({ check }: { readonly check: Check }) {
  const { icon: CheckFace, tone, words } = faceCheck(check)
  return (
    <li className={styles.card} data-tone={tone}>
      <div className={styles.cardHead}>
        <CheckFace className="tone" aria-label={words} />
        <div>
          <h3>
            <AgentText text={check.name} /> {words}
          </h3>
          <div className="meta">
            {describe(check).map((fact) => (
              <span key={fact}>{fact}</span>
            ))}
          </div>
        </div>
        {check.url !== null && <OutLink href={check.url}>Open check</OutLink>}
      </div>
      {check.log !== null && (
        <div className={styles.cardBody}>
          <CheckLogWindow check={check} log={check.log} />
        </div>
      )}
    </li>
  )
}

function describe(check: Check): readonly string[] {
  const { app, workflow, seconds, required, rerun, base } = check
  return [
    ...(app === null ? [] : [app]),
    ...(workflow === null ? [] : [workflow]),
    ...(seconds === null ? [] : [formatDuration(seconds, 'exact')]),
    ...(required ? ['required by the base branch'] : []),
    ...(rerun ? ['run once more'] : []),
    ...(base === 'red' ? ['the base branch fails it, too'] : []),
    ...(base === 'green' ? ['passes on the base branch'] : []),
  ]
}

function CheckLogWindow({ check, log }: { readonly check: Check; readonly log: CheckLog }) {
  const { step, from, lines, errorLine, truncated } = log
  const until = from + lines.length - 1
  const title = [
    check.name,
    ...(step === null ? [] : [`step “${step}”`]),
    `lines ${from} to ${until}${truncated ? ' of what was kept' : ''}`,
  ].join(' · ')
  return (
    <div className={styles.excerpt}>
      <div className={diff.fileHead}>
        <span className={diff.fileName}>
          <AgentText text={title} />
        </span>
        {check.url !== null && <OutLink href={check.url}>Whole log</OutLink>}
      </div>
      <LogWindow
        name={`Log of ${check.name}, around its first error`}
        lines={lines.map((text, index) => ({
          number: from + index,
          text,
          isError: index === errorLine,
        }))}
      />
    </div>
  )
}
