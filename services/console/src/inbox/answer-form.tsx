import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { sessionQuery, useMayAct } from '../api/session.ts'
import type { Escalation } from '../api/types.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { formatCount } from '../parts/format.ts'
import { Key, useKeys } from '../parts/keys.tsx'
import { Pill } from '../parts/pill.tsx'
import { type Draft, keepDraft, readDraft } from './drafts.ts'
import styles from './inbox.module.css'
import { shareOptions } from './inbox-data.ts'
import { giveAnswers } from './outbox.ts'
import { nameQuestion } from './question-list.tsx'

const MAX_NOTE = 10_000

/** The options of a question with their consequences, and a note. Also answers several at once. */
export function AnswerForm(props: {
  readonly question: Escalation
  /** Questions to answer together, with this one among them; empty for this one alone. */
  readonly others?: readonly Escalation[]
  /** Called once answers are on their way. */
  readonly onAnswered?: (ids: readonly string[]) => void
}) {
  const { question, others = [], onAnswered } = props
  const together = others.length > 1 ? others : [question]
  const { options, asksSame } = shareOptions(together)
  const { draft, change, note } = useDraft(question)
  const mayAct = useMayAct()
  const { data: session } = useQuery(sessionQuery)
  const name = useId()
  const chosen = options.find(({ id }) => id === draft.option)
  const answer = (questions: readonly Escalation[]) => {
    if (chosen === undefined || !mayAct) return
    giveAnswers(
      questions.map((each) => ({
        id: each.id,
        name: nameQuestion(each),
        option: chosen.id,
        optionText: chosen.text,
        note: draft.note.trim(),
      })),
    )
    for (const { id } of questions) keepDraft(id, null)
    onAnswered?.(questions.map(({ id }) => id))
  }
  useKeys([
    ...options.slice(0, 9).map(({ id, text }, index) => ({
      keys: String(index + 1),
      text: `choose “${text}”`,
      run: () => change({ ...draft, option: id }),
    })),
    { keys: 'n', text: 'write a note', run: () => note.current?.focus() },
    { keys: 'Ctrl+Enter', text: 'answer', run: () => answer(together), inFields: true },
  ])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    answer(together)
  }
  return (
    <form onSubmit={submit}>
      {!asksSame && (
        <p className={styles.mixed} role="status">
          These ask different things.
          {options.length === 0
            ? ' They share no answer; answer them one by one.'
            : ' Only the answers that all of them offer are shown.'}
        </p>
      )}
      <fieldset className={styles.options} disabled={!mayAct}>
        <legend className="sr-only">Answer</legend>
        {options.map(({ id, text, effect }, index) => (
          <label key={id} className={styles.option} data-chosen={id === draft.option}>
            <input
              type="radio"
              name={name}
              value={id}
              checked={id === draft.option}
              onChange={() => change({ ...draft, option: id })}
            />
            <span>
              <b>
                <AgentText text={text} />
              </b>{' '}
              <kbd className="wide-only">{index + 1}</kbd>
              {effect !== '' && (
                <span className={styles.effect}>
                  <AgentText text={effect} />
                </span>
              )}
            </span>
            {id === question.recommendation && <Pill tone="work">recommended</Pill>}
          </label>
        ))}
      </fieldset>
      <label className="small muted" htmlFor={`${name}-note`}>
        Note (optional; shown to the agent as your words)
      </label>
      <textarea
        id={`${name}-note`}
        ref={note}
        className="input"
        value={draft.note}
        maxLength={MAX_NOTE}
        disabled={!mayAct}
        onChange={({ target }) => change({ ...draft, note: target.value })}
      />
      <div className={styles.send}>
        <button type="submit" className="button primary" disabled={chosen === undefined || !mayAct}>
          {together.length > 1 ? `Answer all ${formatCount(together.length)}` : 'Answer'}
        </button>
        {together.length > 1 && (
          <button
            type="button"
            className="button"
            disabled={chosen === undefined || !mayAct}
            onClick={() => answer([question])}
          >
            Only this one
          </button>
        )}
        <span className="small muted">
          {mayAct ? (
            <>
              Sent as <AgentText text={session?.name ?? 'local'} /> after 5 s; undo until then.{' '}
              <span className="wide-only">
                <Key keys="Ctrl+Enter" />
              </span>
            </>
          ) : (
            'Sign in as an operator to act.'
          )}
        </span>
      </div>
    </form>
  )
}

/** The draft of a question, which survives leaving and loading the page. */
function useDraft(question: Escalation) {
  const start = (): Draft => readDraft(question.id) ?? { option: question.recommendation, note: '' }
  const [draft, setDraft] = useState(start)
  const note = useRef<HTMLTextAreaElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a draft belongs to one question.
  useEffect(() => setDraft(start()), [question.id])
  const change = (next: Draft) => {
    setDraft(next)
    keepDraft(question.id, next)
  }
  return { draft, change, note }
}
