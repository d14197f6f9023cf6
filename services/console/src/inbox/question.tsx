import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Escalation, Run } from '../api/types.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import { OutLink } from '../parts/out-link.tsx'
import { Ago } from '../parts/time.tsx'
import { AnswerForm } from './answer-form.tsx'
import styles from './inbox.module.css'
import { questionQuery } from './inbox-data.ts'
import { nameQuestion } from './question-list.tsx'

/** One question with what led to it, and the form to answer it. */
export function Question(props: {
  readonly id: string
  /** As the list has it; null if the list does not, as for an address that was given. */
  readonly listed: Escalation | null
  /** The selected questions with this one, if several are to be answered together. */
  readonly others: readonly Escalation[]
  readonly total: number
  readonly onAnswered: (ids: readonly string[]) => void
}) {
  const { id, listed, others, total, onAnswered } = props
  const query = useQuery({ ...questionQuery(id), enabled: id !== '' })
  const question = query.data?.escalation ?? listed
  if (question === null || question === undefined)
    return query.error === null ? null : (
      <FaultBox error={query.error} onRetry={() => void query.refetch()} />
    )
  const runs = query.data?.runs ?? []
  return (
    <>
      <p className={styles.back}>
        <Link to="/inbox">← All {total} questions</Link>
      </p>
      <QuestionPlace question={question} runs={runs} />
      <h2 className={styles.asked} id="question">
        <AgentText text={question.question} />
      </h2>
      <p className="meta">
        <span>
          asked <Ago at={question.createdAt} />
        </span>
        {question.state === 'open' && question.remindedAt !== null && (
          <span>
            reminded <Ago at={question.remindedAt} />
          </span>
        )}
        {question.state === 'open' &&
          question.remindedAt === null &&
          question.remindAt !== null && (
            <span>
              reminder <Ago at={question.remindAt} />
            </span>
          )}
        {question.state === 'open' && question.deadlineAt !== null && (
          <span>
            closes unanswered <Ago at={question.deadlineAt} />
          </span>
        )}
      </p>
      {question.state === 'open' ? (
        <AnswerForm question={question} others={others} onAnswered={onAnswered} />
      ) : (
        <Outcome question={question} />
      )}
      <Facts question={question} />
    </>
  )
}

function QuestionPlace(props: { readonly question: Escalation; readonly runs: readonly Run[] }) {
  const { question, runs } = props
  const run = runs.find(({ id }) => id === question.runId)
  return (
    <>
      {question.runs.length > 1 && (
        <p className={styles.sameRuns}>
          <b>{question.runs.length} runs ask the same:</b>{' '}
          {question.runs.map(({ id, repository, issueNumber }) => (
            <Link key={id} to="/runs/$runId" params={{ runId: id }}>
              <AgentText text={`${repository ?? ''}#${issueNumber ?? '?'}`} />
            </Link>
          ))}
        </p>
      )}
      <nav className="crumbs" aria-label="Run">
        <ol>
          <li>
            <AgentText text={nameQuestion(question)} />
          </li>
          {run?.issueTitle && (
            <li>
              <AgentText text={run.issueTitle} />
            </li>
          )}
          <li>
            <Link to="/runs/$runId" params={{ runId: question.runId }}>
              {run === undefined ? 'The run' : `Attempt ${run.attempt}`}
            </Link>
          </li>
        </ol>
      </nav>
    </>
  )
}

/** What became of a question that is no longer open. */
function Outcome({ question }: { readonly question: Escalation }) {
  const { answeredBy, answeredAt, answer, state } = question
  const { option, note } = readAnswer(answer)
  const chosen = question.options.find(({ id }) => id === option)?.text ?? option
  return (
    <div className={styles.outcome}>
      <p>
        {state === 'answered' ? (
          <>
            <b>
              <AgentText text={answeredBy ?? 'A person'} />
            </b>{' '}
            answered
            {chosen !== null && (
              <>
                {' '}
                “<AgentText text={chosen} />”
              </>
            )}
            {answeredAt !== null && (
              <>
                {' '}
                <Ago at={answeredAt} />
              </>
            )}
            .
          </>
        ) : (
          'This question was closed without an answer.'
        )}
      </p>
      {note !== null && (
        <blockquote>
          <AgentText text={note} />
        </blockquote>
      )}
    </div>
  )
}

function readAnswer(answer: unknown): {
  readonly option: string | null
  readonly note: string | null
} {
  if (typeof answer === 'string') return { option: answer, note: null }
  if (typeof answer !== 'object' || answer === null) return { option: null, note: null }
  const { option, note } = answer as { readonly option?: unknown; readonly note?: unknown }
  return {
    option: typeof option === 'string' ? option : null,
    note: typeof note === 'string' && note !== '' ? note : null,
  }
}

function Facts({ question }: { readonly question: Escalation }) {
  return (
    <section aria-labelledby="led-here">
      <h3 id="led-here" className={styles.ledHere}>
        What led here
      </h3>
      <ul className={styles.facts}>
        {question.facts.map(({ text, url }) => (
          <li key={text}>
            <OutLink href={url}>
              <AgentText text={text} />
            </OutLink>
          </li>
        ))}
        <li>
          <Link to="/runs/$runId" params={{ runId: question.runId }}>
            Open the run
          </Link>
        </li>
      </ul>
    </section>
  )
}
