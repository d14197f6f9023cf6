import { CheckIcon, ThumbsdownIcon, ThumbsupIcon, XIcon } from '@primer/octicons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { postJson } from '../api/request.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { Ago } from '../parts/time.tsx'
import type { Verdict } from './run-data.ts'
import table from './verdicts.module.css'

interface LabelBody {
  readonly right: boolean
  readonly note?: string
}

/** A person says whether a verdict was right; insights compare that with its confidence. */
export function LabelForm(props: { readonly runId: string; readonly verdict: Verdict }) {
  const { runId, verdict } = props
  const [isWrong, setWrong] = useState(false)
  const client = useQueryClient()
  const label = useMutation({
    mutationFn: (body: LabelBody) =>
      postJson(`/api/codex/runs/${runId}/verdicts/${verdict.id}/label`, body),
    onSuccess: () => setWrong(false),
    onSettled: () => client.invalidateQueries({ queryKey: ['run', runId] }),
  })
  return (
    <div className={table.label}>
      {verdict.label === null ? <span>Were they right?</span> : <Given label={verdict.label} />}
      <button
        type="button"
        className="button small"
        disabled={label.isPending}
        aria-pressed={verdict.label?.right === true}
        onClick={() => label.mutate({ right: true })}
      >
        <ThumbsupIcon /> Right
      </button>
      <button
        type="button"
        className="button small"
        aria-expanded={isWrong}
        aria-pressed={verdict.label?.right === false}
        onClick={() => setWrong(!isWrong)}
      >
        <ThumbsdownIcon /> Wrong…
      </button>
      {isWrong && (
        <form
          className={table.label}
          onSubmit={(event) => {
            event.preventDefault()
            const note = String(new FormData(event.currentTarget).get('note')).trim()
            label.mutate({ right: false, ...(note === '' ? {} : { note }) })
          }}
        >
          <input
            className="input"
            name="note"
            maxLength={2_000}
            aria-label="What was wrong (optional)"
            placeholder="What was wrong (optional)"
          />
          <button type="submit" className="button small" disabled={label.isPending}>
            It was wrong
          </button>
        </form>
      )}
      {label.error !== null && (
        <span className="danger" role="alert">
          {label.error.message}
        </span>
      )}
    </div>
  )
}

function Given({ label }: { readonly label: NonNullable<Verdict['label']> }) {
  return (
    <span>
      {label.right ? <CheckIcon className="success" /> : <XIcon className="danger" />}{' '}
      <AgentText text={label.by} /> called it {label.right ? 'right' : 'wrong'}{' '}
      <Ago at={label.at} />
      {label.note !== null && (
        <>
          : “<AgentText text={label.note} />”
        </>
      )}
    </span>
  )
}
