import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import type { Escalation } from '../api/types.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { useNow } from '../parts/clock.ts'
import { formatCount, formatDuration, formatRelative } from '../parts/format.ts'
import { Key, useKeys } from '../parts/keys.tsx'
import { reasonFace } from '../parts/reasons.ts'
import styles from './inbox.module.css'
import { type QuestionGroup, shareOptions } from './inbox-data.ts'

/** The questions by reason, of which some can be selected to be answered together. */
export function QuestionList(props: {
  readonly groups: readonly QuestionGroup[]
  readonly openId: string | null
  readonly selected: ReadonlySet<string>
  readonly onSelect: (selected: ReadonlySet<string>) => void
  readonly onOpen: (question: Escalation) => void
  readonly search: { readonly view?: 'answered' | 'closed' }
  readonly canSelect: boolean
}) {
  const { groups, openId, selected, onSelect, onOpen, search, canSelect } = props
  const anchor = useRef<string | null>(null)
  const ordered = groups.flatMap(({ questions }) => questions)
  const at = ordered.findIndex(({ id }) => id === openId)
  const move = (step: number) => {
    const next = ordered[at + step]
    if (next !== undefined) onOpen(next)
  }
  const toggle = (id: string) => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    anchor.current = id
    onSelect(next)
  }
  const selectRange = () => {
    const from = ordered.findIndex(({ id }) => id === anchor.current)
    if (at < 0) return
    const range = ordered.slice(Math.min(at, from < 0 ? at : from), Math.max(at, from) + 1)
    onSelect(new Set([...selected, ...range.map(({ id }) => id)]))
  }
  useKeys([
    { keys: 'j', text: 'next question', run: () => move(1) },
    { keys: 'k', text: 'previous question', run: () => move(-1) },
    ...(canSelect
      ? [
          { keys: 'x', text: 'select the question', run: () => openId !== null && toggle(openId) },
          { keys: 'X', text: 'select up to here', run: selectRange },
        ]
      : []),
  ])
  return (
    <>
      {selected.size > 0 && (
        <SelectionBar
          questions={ordered.filter(({ id }) => selected.has(id))}
          onClear={() => onSelect(new Set())}
        />
      )}
      {groups.map(({ reason, questions }) => (
        <section key={reason} aria-labelledby={`reason-${reason}`}>
          <div className={styles.group}>
            <h2 id={`reason-${reason}`}>{reasonFace(reason).words}</h2>
            <span className="count">{questions.length}</span>
            {canSelect && questions.length > 2 && (
              <button
                type="button"
                className="button small quiet"
                onClick={() => onSelect(new Set([...selected, ...questions.map(({ id }) => id)]))}
              >
                Select all
              </button>
            )}
          </div>
          <ul>
            {questions.map((question) => (
              <QuestionItem
                key={question.id}
                question={question}
                isOpen={question.id === openId}
                isSelected={selected.has(question.id)}
                onToggle={canSelect ? () => toggle(question.id) : null}
                search={search}
              />
            ))}
          </ul>
        </section>
      ))}
      <KeyLine canSelect={canSelect} />
    </>
  )
}

function SelectionBar(props: {
  readonly questions: readonly Escalation[]
  readonly onClear: () => void
}) {
  const { questions, onClear } = props
  return (
    <div className={styles.bulk}>
      <span>
        <b>{formatCount(questions.length)} selected</b>
        {questions.length > 1 && shareOptions(questions).asksSame && ', all ask the same'}
      </span>
      <button type="button" className="button small quiet" onClick={onClear}>
        Clear
      </button>
    </div>
  )
}

function KeyLine({ canSelect }: { readonly canSelect: boolean }) {
  return (
    <p className={`key-line ${styles.keys}`}>
      <span>
        <Key keys="j" /> <Key keys="k" /> move
      </span>
      {canSelect && (
        <>
          <span>
            <Key keys="x" /> select
          </span>
          <span>
            <Key keys="1" />–<Key keys="4" /> choose
          </span>
          <span>
            <Key keys="Ctrl+Enter" /> answer
          </span>
        </>
      )}
    </p>
  )
}

function QuestionItem(props: {
  readonly question: Escalation
  readonly isOpen: boolean
  readonly isSelected: boolean
  /** Null: questions of this view cannot be answered. */
  readonly onToggle: (() => void) | null
  readonly search: { readonly view?: 'answered' | 'closed' }
}) {
  const { question, isOpen, isSelected, onToggle, search } = props
  const { icon: ReasonIcon } = reasonFace(question.reason)
  const name = nameQuestion(question)
  const title = question.issueTitle ?? name
  const [fact] = question.facts
  return (
    <li className={styles.item} data-open={isOpen}>
      {onToggle === null ? (
        <span />
      ) : (
        <input
          type="checkbox"
          checked={isSelected}
          onChange={onToggle}
          aria-label={`Select ${title}`}
        />
      )}
      <ReasonIcon className="muted" />
      <div>
        <Link
          to="/inbox/$escalationId"
          params={{ escalationId: question.id }}
          search={search}
          className={styles.itemTitle}
          aria-current={isOpen ? 'true' : undefined}
          activeProps={{ 'aria-current': isOpen ? 'true' : undefined }}
          data-focus={`question:${question.id}`}
        >
          <AgentText text={title} />
        </Link>
        <div className={styles.itemLine}>
          <b>
            <AgentText text={name} />
          </b>
          {fact !== undefined && (
            <>
              {' · '}
              <AgentText text={fact.text} />
            </>
          )}
        </div>
        <div className={styles.itemLine}>
          <Waiting question={question} />
        </div>
      </div>
    </li>
  )
}

/** `owner/repo#n`, or how many issues ask. */
export function nameQuestion({ repository, issueNumber, runs }: Escalation): string {
  const name =
    repository === null ? 'A run without an issue' : `${repository}#${issueNumber ?? '?'}`
  return runs.length > 1 ? `${name} and ${runs.length - 1} more` : name
}

/** How long a question waits; red once a person was reminded of it. */
function Waiting({ question }: { readonly question: Escalation }) {
  const now = useNow()
  const { createdAt, remindAt, remindedAt, answeredAt, answeredBy, state } = question
  if (state !== 'open')
    return (
      <>
        {state} {answeredAt !== null && formatRelative(new Date(answeredAt), now)}
        {answeredBy !== null && (
          <>
            {' by '}
            <AgentText text={answeredBy} />
          </>
        )}
      </>
    )
  const waited = `${formatDuration((now - Date.parse(createdAt)) / 1_000)} waiting`
  if (remindedAt !== null)
    return (
      <>
        <b className={styles.late}>{waited}</b> · reminded{' '}
        {formatRelative(new Date(remindedAt), now)}
      </>
    )
  return (
    <>
      {waited}
      {remindAt !== null && ` · reminder ${formatRelative(new Date(remindAt), now)}`}
    </>
  )
}
