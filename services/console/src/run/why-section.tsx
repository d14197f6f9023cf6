import { CheckCircleFillIcon } from '@primer/octicons-react'
import type { Status } from '../api/types.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { statusFace, type Tone } from '../parts/status.tsx'
import { BlockerCard } from './blocker-card.tsx'
import { QuestionCard } from './question-card.tsx'
import styles from './run.module.css'
import type { Blocker, Requirement, RunDetail } from './run-data.ts'
import { Section } from './section.tsx'
import { numberRequirement } from './verdict-table.ts'

const titles: Readonly<Record<Status, string>> = {
  notified: 'What would change this',
  run_complete: 'What would change this',
  waiting_for_ci: 'What would change this',
  waiting_for_review: 'What would change this',
  judging: 'What would change this',
  needs_iteration: 'What stood between this commit and done',
  needs_human: 'What is asked of you',
  completed: 'What was asked, and where it is met',
  superseded: 'What ended this',
  closed: 'What ended this',
}

/** Why the run stands where it stands; always the first section, and always open. */
export function WhySection({ detail }: { readonly detail: RunDetail }) {
  const { run, blockers } = detail
  const { tone } = statusFace(run.status)
  const question = blockers.find(({ kind }) => kind === 'question')
  const cards = blockers.filter(({ kind }) => kind !== 'question')
  return (
    <Section id="why" title={titles[run.status]} aside={<Became blockers={blockers} />}>
      {question !== undefined && <QuestionCard question={question} />}
      {run.status === 'completed' ? (
        <MetRequirements detail={detail} />
      ) : (
        <Cards blockers={cards} tone={tone} status={run.status} />
      )}
    </Section>
  )
}

function Cards(props: {
  readonly blockers: readonly Blocker[]
  readonly tone: Tone
  readonly status: Status
}) {
  const { blockers, tone, status } = props
  if (blockers.length === 0)
    return status === 'needs_human' ? null : (
      <Box>
        <p className={`${styles.row} muted`}>
          Nothing more is known about it than the sentence above.
        </p>
      </Box>
    )
  return (
    <Box>
      <ol>
        {blockers.map((blocker, index) => (
          <BlockerCard key={blocker.id} blocker={blocker} number={index + 1} tone={tone} />
        ))}
      </ol>
    </Box>
  )
}

/** How many of the blockers the next attempt put right, once that is known. */
function Became({ blockers }: { readonly blockers: readonly Blocker[] }) {
  const known = blockers.filter(({ became }) => became !== null)
  if (known.length === 0) return null
  const right = known.filter(({ became }) => became?.result === 'obeyed')
  return (
    <span>
      {right.length} of {known.length} put right by the next attempt
    </span>
  )
}

/** The requirements that the verdict acted on found met, and whatever else the end rests on. */
function MetRequirements({ detail }: { readonly detail: RunDetail }) {
  const { verdicts, blockers } = detail
  const requirements = verdicts.find(({ acted }) => acted)?.requirements ?? []
  const others = blockers.filter(({ kind }) => kind !== 'requirement')
  if (requirements.length + others.length === 0)
    return (
      <Box>
        <p className={`${styles.row} muted`}>No requirement was recorded for this run.</p>
      </Box>
    )
  return (
    <Box>
      <ol>
        {requirements.map((requirement, index) => (
          <RequirementRow
            key={requirement.requirement}
            requirement={requirement}
            number={index + 1}
          />
        ))}
        {others.map((blocker) => (
          <li key={blocker.id} className={styles.row}>
            <CheckCircleFillIcon className="success" />
            <div>
              <h3>
                <AgentText text={blocker.title} />
              </h3>
              {blocker.text !== '' && (
                <p className="muted">
                  <AgentText text={blocker.text} />
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Box>
  )
}

function RequirementRow(props: { readonly requirement: Requirement; readonly number: number }) {
  const { requirement, number } = props
  const { citations, test } = requirement
  const held = citations.filter(({ holds }) => holds !== false)
  return (
    <li className={styles.row} data-finding={`requirement-${number}`} tabIndex={-1}>
      <CheckCircleFillIcon className="success" aria-label="met" />
      <div>
        <h3>
          <AgentText text={numberRequirement(requirement.requirement, number)} />
        </h3>
        <div className="meta">
          {held.map(({ path, line }) => (
            <span key={`${path}:${line}`}>
              met at{' '}
              <a href="#changes">
                <AgentText text={line === null ? path : `${path}:${line}`} />
              </a>
            </span>
          ))}
          {test !== null && (
            <span>
              tested at{' '}
              <a href="#changes">
                <AgentText text={test.line === null ? test.path : `${test.path}:${test.line}`} />
              </a>
            </span>
          )}
        </div>
      </div>
    </li>
  )
}
