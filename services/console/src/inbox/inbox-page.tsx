import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useLiveEvents } from '../api/live.ts'
import type { Escalation } from '../api/types.ts'
import { FaultBox } from '../parts/fault-box.tsx'
import { useKeys } from '../parts/keys.tsx'
import { PageTitle, useDocumentTitle } from '../parts/page-title.tsx'
import { Ago } from '../parts/time.tsx'
import styles from './inbox.module.css'
import { groupQuestions, type InboxView, questionsQuery } from './inbox-data.ts'
import { sendNow, takeBackLast, useBatches } from './outbox.ts'
import { Question } from './question.tsx'
import { QuestionList } from './question-list.tsx'

/** Questions that only a person can answer, answered here. */
export function InboxPage() {
  const { escalationId } = useParams({ strict: false })
  const { view = 'open' } = useSearch({ strict: false }) as { readonly view?: InboxView }
  useDocumentTitle('Inbox')
  // An answer that still waits is sent when the inbox is left.
  useEffect(() => sendNow, [])
  useKeys([{ keys: 'z', text: 'take back the last answer', run: takeBackLast }])
  return (
    <>
      <div className={`page-head ${escalationId === undefined ? '' : styles.headWithQuestion}`}>
        <PageTitle>Inbox</PageTitle>
        <InboxViews view={view} />
      </div>
      <Questions view={view} openId={escalationId ?? null} />
    </>
  )
}

const viewNames: readonly (readonly [InboxView, string])[] = [
  ['open', 'Open'],
  ['answered', 'Answered'],
  ['closed', 'Closed'],
]

function InboxViews({ view }: { readonly view: InboxView }) {
  const { data } = useQuery(questionsQuery('open'))
  return (
    <nav className={styles.views} aria-label="Views">
      {viewNames.map(([name, text]) => (
        <Link
          key={name}
          to="/inbox"
          search={name === 'open' ? {} : { view: name }}
          aria-current={name === view ? 'page' : undefined}
          activeProps={{ 'aria-current': name === view ? 'page' : undefined }}
        >
          {text}
          {name === 'open' && data !== undefined && (
            <span className="count">{data.escalations.length}</span>
          )}
        </Link>
      ))}
    </nav>
  )
}

function Questions({ view, openId }: { readonly view: InboxView; readonly openId: string | null }) {
  const query = useQuery(questionsQuery(view))
  const client = useQueryClient()
  const batches = useBatches()
  const navigate = useNavigate()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  useLiveEvents((event) => {
    if (event.kind !== 'escalation') return
    void client.invalidateQueries({ queryKey: ['escalations'] })
    void client.invalidateQueries({ queryKey: ['escalation', event.escalation.id] })
  })
  const given = new Set(
    batches.flatMap(({ answers }) =>
      answers.filter(({ state }) => state.kind !== 'failed').map(({ id }) => id),
    ),
  )
  const questions = (query.data?.escalations ?? []).filter(
    ({ id }) => view !== 'open' || !given.has(id),
  )
  const groups = groupQuestions(questions)
  const ordered = groups.flatMap((group) => group.questions)
  const current = ordered.find(({ id }) => id === openId) ?? null
  const shown = current ?? (openId === null ? (ordered[0] ?? null) : null)
  const search = view === 'open' ? {} : { view }
  const open = ({ id }: Escalation) =>
    void navigate({
      to: '/inbox/$escalationId',
      params: { escalationId: id },
      search,
      replace: openId !== null,
    })
  const actOn = questions.filter(({ id }) => selected.has(id))
  const list = useRef<HTMLDivElement>(null)
  if (query.data === undefined)
    return query.error === null ? (
      <div className={styles.loading} />
    ) : (
      <FaultBox error={query.error} onRetry={() => void query.refetch()} />
    )
  if (questions.length === 0 && openId === null) return <NoQuestions view={view} />
  return (
    <div className={styles.inbox} data-open={openId !== null}>
      <div className={styles.list} ref={list}>
        <QuestionList
          groups={groups}
          openId={shown?.id ?? null}
          selected={selected}
          onSelect={setSelected}
          onOpen={open}
          search={search}
          canSelect={view === 'open'}
        />
      </div>
      <div className={styles.question}>
        <Question
          key={openId ?? shown?.id}
          id={openId ?? shown?.id ?? ''}
          listed={shown}
          others={actOn.length > 0 && shown !== null ? withShown(actOn, shown) : []}
          total={questions.length}
          onAnswered={(ids) => {
            setSelected(new Set())
            const at = ordered.findIndex(({ id }) => id === shown?.id)
            const rest = ordered.filter(({ id }) => !ids.includes(id))
            const next = ordered.slice(at + 1).find(({ id }) => !ids.includes(id)) ?? rest[0]
            if (openId === null) return
            if (next === undefined) void navigate({ to: '/inbox' })
            else open(next)
          }}
        />
      </div>
    </div>
  )
}

const withShown = (selected: readonly Escalation[], shown: Escalation): readonly Escalation[] =>
  selected.some(({ id }) => id === shown.id) ? selected : [shown, ...selected]

function NoQuestions({ view }: { readonly view: InboxView }) {
  const { data } = useQuery(questionsQuery('answered'))
  const last = useMemo(
    () =>
      data?.escalations
        .flatMap(({ answeredAt }) => (answeredAt === null ? [] : [answeredAt]))
        .sort()
        .at(-1),
    [data],
  )
  if (view !== 'open') return <p className="empty">There are none.</p>
  return (
    <div className="empty">
      <p>
        <strong>No one needs you.</strong>
        {last !== undefined && (
          <>
            {' '}
            Last question answered <Ago at={last} />.
          </>
        )}
      </p>
    </div>
  )
}
