import { useQuery } from '@tanstack/react-query'
import { AnswerForm } from '../inbox/answer-form.tsx'
import { questionQuery } from '../inbox/inbox-data.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import { Ago } from '../parts/time.tsx'
import styles from './run.module.css'
import type { Blocker } from './run-data.ts'

/** The question that a run waits for, with the form that answers it, as the inbox has it. */
export function QuestionCard({ question }: { readonly question: Blocker }) {
  const { title, until, id } = question
  const query = useQuery(questionQuery(id.replace('question:', '')))
  const escalation = query.data?.escalation
  return (
    <Box className={styles.question}>
      <h3>
        <AgentText text={title} />
      </h3>
      {until !== null && (
        <p className="muted small">
          closes unanswered <Ago at={until} />
        </p>
      )}
      {query.error !== null && (
        <FaultBox error={query.error} onRetry={() => void query.refetch()} />
      )}
      {escalation?.state === 'open' && <AnswerForm question={escalation} />}
      {escalation !== undefined && escalation.state !== 'open' && (
        <p className="muted">
          <AgentText text={escalation.answeredBy ?? 'Nobody'} /> has answered this meanwhile.
        </p>
      )}
    </Box>
  )
}
