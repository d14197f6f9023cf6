import { AlertIcon, CheckIcon, ClockIcon } from '@primer/octicons-react'
import { useEffect, useState } from 'react'
import { AgentText } from '../parts/agent-text.tsx'
import { Key } from '../parts/keys.tsx'
import styles from './inbox.module.css'
import { type Batch, dismiss, type SentAnswer, sendAgain, takeBack, useBatches } from './outbox.ts'

/** Answers that were just given: what can still be taken back, and what became of the others. */
export function Outbox() {
  const batches = useBatches()
  return (
    <div role="status" aria-label="Answers just given" className={styles.outbox}>
      {batches.map((batch) => (
        <BatchItem key={batch.id} batch={batch} />
      ))}
    </div>
  )
}

function BatchItem({ batch }: { readonly batch: Batch }) {
  const { id, answers } = batch
  const isWaiting = answers.some(({ state }) => state.kind === 'waiting')
  const [first] = answers
  if (first === undefined) return null
  return (
    <div className={styles.batch}>
      {isWaiting ? (
        <>
          <span>
            <ClockIcon />{' '}
            <b>
              <AgentText text={first.optionText} />
            </b>{' '}
            for{' '}
            {answers.length === 1 ? <AgentText text={first.name} /> : `${answers.length} questions`}{' '}
            is sent in <Countdown until={batch.sendAt} />.
          </span>
          <button type="button" className="button small" onClick={() => takeBack(id)}>
            Undo <Key keys="z" />
          </button>
        </>
      ) : (
        <>
          <ul>
            {answers.map((answer) => (
              <Result key={answer.id} batchId={id} answer={answer} />
            ))}
          </ul>
          <button type="button" className="button small quiet" onClick={() => dismiss(id)}>
            Dismiss
          </button>
        </>
      )}
    </div>
  )
}

function Result({ batchId, answer }: { readonly batchId: string; readonly answer: SentAnswer }) {
  const { state, name, optionText } = answer
  if (state.kind === 'failed')
    return (
      <li>
        <AlertIcon className="danger" /> <AgentText text={name} />: not sent.{' '}
        <AgentText text={state.because} />{' '}
        {state.mayRetry && (
          <button type="button" className="link" onClick={() => void sendAgain(batchId, answer)}>
            Send again
          </button>
        )}
      </li>
    )
  return (
    <li>
      {state.kind === 'sent' ? <CheckIcon className="success" /> : <ClockIcon />}{' '}
      <AgentText text={name} />: <AgentText text={optionText} />
      {state.kind === 'sent' ? '.' : ' …'}
    </li>
  )
}

function Countdown({ until }: { readonly until: number }) {
  const left = () => Math.max(1, Math.ceil((until - Date.now()) / 1_000))
  const [seconds, setSeconds] = useState(left)
  useEffect(() => {
    const timer = setInterval(() => setSeconds(left()), 250)
    return () => clearInterval(timer)
  })
  // Ticking is not announced.
  return <span aria-hidden="true">{seconds} s</span>
}
