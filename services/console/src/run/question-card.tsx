import { lazy, Suspense } from 'react'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { Ago } from '../parts/time.tsx'
import styles from './run.module.css'
import type { Blocker } from './run-data.ts'

const QuestionForm = lazy(async () => ({
  default: (await import('./question-form.tsx')).QuestionForm,
}))

/** The question that a run waits for. Its form is loaded into a place that is kept free for it. */
export function QuestionCard({ question }: { readonly question: Blocker }) {
  const { title, until, id } = question
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
      <div className={styles.form}>
        <Suspense fallback={null}>
          <QuestionForm id={id.replace('question:', '')} />
        </Suspense>
      </div>
    </Box>
  )
}
