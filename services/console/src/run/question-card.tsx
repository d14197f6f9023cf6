import { Link } from '@tanstack/react-router'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { Ago } from '../parts/time.tsx'
import styles from './run.module.css'
import type { Blocker } from './run-data.ts'

/** The question that a run waits for, and the way to answer it. */
export function QuestionCard({ question }: { readonly question: Blocker | undefined }) {
  if (question === undefined)
    return (
      <Box>
        <p className={`${styles.row} muted`}>No question is open for this run.</p>
      </Box>
    )
  return (
    <Box className={styles.card}>
      <h3>
        <AgentText text={question.title} />
      </h3>
      <p className={styles.quote}>
        <AgentText text={question.text} />
      </p>
      {question.until !== null && (
        <p className="muted small">
          closes <Ago at={question.until} />
        </p>
      )}
      <Link
        to="/inbox/$escalationId"
        params={{ escalationId: question.id.replace('question:', '') }}
        className="button"
      >
        Answer
      </Link>
    </Box>
  )
}
