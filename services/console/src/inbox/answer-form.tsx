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
import { type SharedOption, shareOptions } from './inbox-data.ts'
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
      {!asksSame && <MixedNotice shared={options.length} />}
      <fieldset className={styles.options} disabled={!mayAct}>
        <legend className="sr-only">Answer</legend>
        {options.map((option, index) => (
          <OptionCard
            key={option.id}
            option={option}
            number={index + 1}
            group={name}
            isChosen={option.id === draft.option}
            isRecommended={option.id === question.recommendation}
            onChoose={() => change({ ...draft, option: option.id })}
          />
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
      <SendButtons
        questions={together.length}
        isReady={chosen !== undefined && mayAct}
        onOnlyThis={() => answer([question])}
      />
    </form>
  )
}

function SendButtons(props: {
  /** How many are answered together. */
  readonly questions: number
  readonly isReady: boolean
  readonly onOnlyThis: () => void
}) {
  const { questions, isReady, onOnlyThis } = props
  return (
    <div className={styles.send}>
      <button type="submit" className="button primary" disabled={!isReady}>
        {questions > 1 ? `Answer all ${formatCount(questions)}` : 'Answer'}
      </button>
      {questions > 1 && (
        <button type="button" className="button" disabled={!isReady} onClick={onOnlyThis}>
          Only this one
        </button>
      )}
      <SendNotice />
    </div>
  )
}

function MixedNotice({ shared }: { readonly shared: number }) {
  return (
    <p className={styles.mixed} role="status">
      These ask different things.
      {shared === 0
        ? ' They share no answer; answer them one by one.'
        : ' Only the answers that all of them offer are shown.'}
    </p>
  )
}

/** An option with its consequence. */
function OptionCard(props: {
  readonly option: SharedOption
  /** The key that chooses it. */
  readonly number: number
  readonly group: string
  readonly isChosen: boolean
  readonly isRecommended: boolean
  readonly onChoose: () => void
}) {
  const { option, number, group, isChosen, isRecommended, onChoose } = props
  return (
    <label className={styles.option} data-chosen={isChosen}>
      <input type="radio" name={group} value={option.id} checked={isChosen} onChange={onChoose} />
      <span>
        <b>
          <AgentText text={option.text} />
        </b>{' '}
        <kbd className="wide-only">{number}</kbd>
        {option.effect !== '' && (
          <span className={styles.effect}>
            <AgentText text={option.effect} />
          </span>
        )}
      </span>
      {isRecommended && <Pill tone="work">recommended</Pill>}
    </label>
  )
}

/** As whom an answer is sent and when, or why it cannot be. */
function SendNotice() {
  const mayAct = useMayAct()
  const { data: session } = useQuery(sessionQuery)
  if (!mayAct) return <span className="small muted">Sign in as an operator to act.</span>
  return (
    <span className="small muted">
      Sent as <AgentText text={session?.name ?? 'local'} /> after 5 s; undo until then.{' '}
      <span className="wide-only">
        <Key keys="Ctrl+Enter" />
      </span>
    </span>
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
