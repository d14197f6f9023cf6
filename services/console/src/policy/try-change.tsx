import { PlusIcon, TrashIcon } from '@primer/octicons-react'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { postJson } from '../api/request.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import { formatCount } from '../parts/format.ts'
import { reasonFace } from '../parts/reasons.ts'
import { statusFace } from '../parts/status.tsx'
import styles from './policy.module.css'
import type { Backtest, BacktestOutcome, PolicyKey } from './policy-data.ts'
import { formatValue, parseValue, toPartialPolicy } from './policy-keys.ts'

const DAYS = 30

interface Change {
  readonly id: number
  readonly key: string
  readonly text: string
}

/** Edits some values, and says which decisions of the last days would have been others. */
export function TryChange(props: {
  readonly keys: readonly PolicyKey[]
  readonly repository: string | undefined
}) {
  const { keys, repository } = props
  const [changes, setChanges] = useState<readonly Change[]>([])
  const nextId = useRef(0)
  const add = () => {
    const key = keys[0]
    if (key === undefined) return
    nextId.current += 1
    setChanges([...changes, { id: nextId.current, key: key.key, text: formatValue(key.value) }])
  }
  const test = useMutation({
    mutationFn: () =>
      postJson<Backtest>('/api/codex/backtest', {
        ...(repository === undefined ? {} : { repository }),
        days: DAYS,
        policy: toPartialPolicy(changes.map(({ key, text }) => [key, parseValue(text)])),
      }),
  })
  return (
    <section aria-label="Try a change">
      <h2 className={styles.title}>Try a change</h2>
      <Box>
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault()
            test.mutate()
          }}
        >
          <p className="muted">
            Decides the runs of the last {DAYS} days again under other values. Nothing is written
            anywhere.
          </p>
          {changes.map((change) => (
            <ChangeRow
              key={change.id}
              change={change}
              keys={keys}
              onChange={(next) =>
                setChanges(changes.map((it) => (it.id === change.id ? next : it)))
              }
              onRemove={() => setChanges(changes.filter(({ id }) => id !== change.id))}
            />
          ))}
          <div className={styles.buttons}>
            <button type="button" className="button" onClick={add}>
              <PlusIcon /> Another value
            </button>
            <button
              type="submit"
              className="button primary"
              disabled={changes.length === 0 || test.isPending}
            >
              {test.isPending ? 'Deciding again…' : 'What would change?'}
            </button>
          </div>
        </form>
        {test.error !== null && <FaultBox error={test.error} onRetry={() => test.mutate()} />}
        {test.data !== undefined && <Answer answer={test.data} />}
      </Box>
    </section>
  )
}

function ChangeRow(props: {
  readonly change: Change
  readonly keys: readonly PolicyKey[]
  readonly onChange: (change: Change) => void
  readonly onRemove: () => void
}) {
  const { change, keys, onChange, onRemove } = props
  const select = useRef<HTMLSelectElement>(null)
  useEffect(() => select.current?.focus(), [])
  return (
    <div className={styles.change}>
      <select
        ref={select}
        className="input"
        aria-label="Key"
        value={change.key}
        onChange={({ target }) => {
          const key = keys.find((it) => it.key === target.value)
          if (key !== undefined) onChange({ ...change, key: key.key, text: formatValue(key.value) })
        }}
      >
        {keys.map(({ key }) => (
          <option key={key} value={key}>
            {key}
          </option>
        ))}
      </select>
      <input
        className="input"
        aria-label={`Value of ${change.key}`}
        value={change.text}
        onChange={({ target }) => onChange({ ...change, text: target.value })}
      />
      <button
        type="button"
        className="button icon"
        aria-label={`Leave ${change.key} as it is`}
        onClick={onRemove}
      >
        <TrashIcon />
      </button>
    </div>
  )
}

function Answer({ answer }: { readonly answer: Backtest }) {
  const { total, changed, changedTotal, unknown, truncated } = answer
  return (
    <div className={styles.answer} role="status">
      <p>
        <strong>
          {formatCount(changedTotal)}
          {truncated && ' or more'} of {formatCount(total)} decisions of the last {DAYS} days
          change.
        </strong>{' '}
        {unknown > 0 &&
          `${formatCount(unknown)} cannot be decided again: what they were made from is gone.`}
      </p>
      {changed.length > 0 && (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {changed.map(({ runId, repository, issueNumber, before, after }) => (
              <tr key={runId}>
                <td>
                  <Link to="/runs/$runId" params={{ runId }}>
                    <AgentText
                      text={repository === null ? runId : `${repository}#${issueNumber}`}
                    />
                  </Link>
                </td>
                <td>
                  <Outcome outcome={before} />
                </td>
                <td>
                  <Outcome outcome={after} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

function Outcome({ outcome }: { readonly outcome: BacktestOutcome }) {
  const { icon: StatusIcon, tone, words } = statusFace(outcome.outcome)
  return (
    <span data-tone={tone}>
      <StatusIcon className="tone" /> {words}
      {outcome.reason !== null && (
        <span className="muted"> · {reasonFace(outcome.reason).words}</span>
      )}
    </span>
  )
}
