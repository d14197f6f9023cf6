import { ChevronRightIcon, LawIcon } from '@primer/octicons-react'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { LabelForm } from './label-form.tsx'
import { MoreOfVerdict } from './more-of-verdict.tsx'
import styles from './run.module.css'
import type { RunDetail, Verdict } from './run-data.ts'
import { Section } from './section.tsx'
import { VerdictCell, VerdictHead, VerdictScores } from './verdict-cells.tsx'
import { numberRequirement, toVerdictRows } from './verdict-table.ts'
import table from './verdicts.module.css'

/** What each model said, requirement by requirement, and whether its quotes hold. */
export function VerdictsSection({ detail }: { readonly detail: RunDetail }) {
  const { verdicts } = detail
  const valid = verdicts.filter((verdict) => verdict.valid)
  const invalid = verdicts.filter((verdict) => !verdict.valid)
  const labelled = valid.find(({ acted }) => acted) ?? valid.at(-1)
  return (
    <Section
      id="verdicts"
      title="Verdicts"
      isFar
      aside={labelled === undefined ? null : <LabelForm runId={detail.run.id} verdict={labelled} />}
    >
      <Box>
        {verdicts.length === 0 && (
          <div className={`${styles.row} muted`}>
            <LawIcon />
            <div>{explainSilence(detail)}</div>
          </div>
        )}
        {valid.length > 0 && <VerdictTable verdicts={valid} />}
        {invalid.length > 0 && <InvalidAnswers verdicts={invalid} />}
      </Box>
      {verdicts.map((verdict) => (
        <MoreOfVerdict key={verdict.id} runId={detail.run.id} verdict={verdict} />
      ))}
    </Section>
  )
}

/** Why no model was asked, in one sentence. */
function explainSilence({ run, gates }: RunDetail): string {
  if (run.decidedAt === null)
    return 'No model was asked yet: that comes last, when every gate has passed.'
  if (gates.some(({ result }) => result !== 'pass'))
    return 'No model was asked: a red gate is never sent to one. It cost nothing.'
  return 'No model was asked. It cost nothing.'
}

function VerdictTable({ verdicts }: { readonly verdicts: readonly Verdict[] }) {
  const rows = toVerdictRows(verdicts)
  const hasScores = verdicts.some(({ scores }) => scores !== null)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard.
    <section className={table.scroll} tabIndex={0} aria-label="Verdicts by requirement">
      <table className={table.verdicts}>
        <thead>
          <tr>
            <th scope="col" className={table.lead}>
              Every quote is looked up at the commit. A pass needs one that holds for each
              requirement.
            </th>
            {verdicts.map((verdict) => (
              <th scope="col" key={verdict.id}>
                <VerdictHead verdict={verdict} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ requirement, cells }, row) => (
            <tr key={requirement}>
              <th scope="row" className={table.lead}>
                <AgentText text={numberRequirement(requirement, row + 1)} />
              </th>
              {cells.map((cell, column) => (
                <td key={verdicts[column]?.id} data-model={shortModel(verdicts[column])}>
                  <VerdictCell requirement={cell} />
                </td>
              ))}
            </tr>
          ))}
          {hasScores && (
            <tr>
              <th scope="row" className={table.lead}>
                Scores
                <div className="muted small">information only; weighted by us</div>
              </th>
              {verdicts.map((verdict) => (
                <td key={verdict.id} data-model={shortModel(verdict)}>
                  <VerdictScores verdict={verdict} />
                </td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </section>
  )
}

const shortModel = (verdict: Verdict | undefined): string => verdict?.model.split('/').at(-1) ?? ''

function InvalidAnswers({ verdicts }: { readonly verdicts: readonly Verdict[] }) {
  return (
    <details className={styles.folded}>
      <summary className="fold">
        <ChevronRightIcon className="chevron" />
        <strong>
          {verdicts.length === 1
            ? '1 answer could not be used'
            : `${verdicts.length} answers could not be used`}
        </strong>
      </summary>
      <ul>
        {verdicts.map((verdict) => (
          <li key={verdict.id} className={styles.row}>
            <div>
              <strong>{verdict.model}</strong>:{' '}
              <AgentText text={verdict.because ?? verdict.result} />
            </div>
          </li>
        ))}
      </ul>
    </details>
  )
}
