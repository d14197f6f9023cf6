import { useQuery } from '@tanstack/react-query'
import { AnswerForm } from '../inbox/answer-form.tsx'
import { questionQuery } from '../inbox/inbox-data.ts'
import { Outbox } from '../inbox/outbox-list.tsx'
import { AgentText } from '../parts/agent-text.tsx'
import { FaultBox } from '../parts/fault-box.tsx'

/** The form that answers a question, as the inbox has it, or who has answered meanwhile. */
export function QuestionForm({ id }: { readonly id: string }) {
  const query = useQuery(questionQuery(id))
  const question = query.data?.escalation
  return (
    <>
      {query.error !== null && (
        <FaultBox error={query.error} onRetry={() => void query.refetch()} />
      )}
      {question?.state === 'open' && <AnswerForm question={question} />}
      {question !== undefined && question.state !== 'open' && (
        <p className="muted">
          {question.answeredBy === null ? (
            'This was closed meanwhile.'
          ) : (
            <>
              <AgentText text={question.answeredBy} /> has answered this meanwhile.
            </>
          )}
        </p>
      )}
      <Outbox />
    </>
  )
}
