import { AlertIcon, ChevronRightIcon } from '@primer/octicons-react'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { getJson, postJson } from '../api/request.ts'
import type { paths } from '../api/schema.generated.ts'
import { useMayAct } from '../api/session.ts'
import type { Quarantined, Run } from '../api/types.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import { formatBytes, formatCount } from '../parts/format.ts'
import { PageTitle, useDocumentTitle } from '../parts/page-title.tsx'
import { Ago } from '../parts/time.tsx'
import { findJsonFault, splitAtFault } from './find-fault.ts'
import styles from './quarantine.module.css'

type List = paths['/api/codex/quarantine']['get']['responses'][200]['content']['application/json']

const quarantineQuery = queryOptions({
  queryKey: ['quarantine'],
  queryFn: ({ signal }) => getJson<List>('/api/codex/quarantine?limit=200', signal),
  refetchInterval: 15_000,
})

/** What a replay came to: its run, if the message is about one. */
interface Replayed {
  readonly entry: Quarantined
  readonly run: Run | null
}

/** Messages that could not be read, and a way to read them after all. */
export function QuarantinePage() {
  useDocumentTitle('Quarantine')
  const query = useQuery(quarantineQuery)
  const [replayed, setReplayed] = useState<readonly Replayed[]>([])
  const entries = query.data?.quarantine ?? []
  return (
    <>
      <div className="page-head">
        <PageTitle>Quarantine</PageTitle>
        {query.data !== undefined && (
          <span className="end small muted">
            {formatCount(entries.length)} {entries.length === 1 ? 'message' : 'messages'}
          </span>
        )}
      </div>
      <p className="lead">
        Messages that could not be read are kept here as they came, until they are replayed.
      </p>
      <div role="status">
        {replayed.map(({ entry, run }) => (
          <p key={entry.id} className={styles.replayed}>
            The message of <Ago at={entry.receivedAt} /> was read.{' '}
            {run === null ? (
              'It is about no run of its own.'
            ) : (
              <Link to="/runs/$runId" params={{ runId: run.id }}>
                Open the run
              </Link>
            )}
          </p>
        ))}
      </div>
      {query.data === undefined && query.error !== null && (
        <FaultBox error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data !== undefined && entries.length === 0 && (
        <p className="empty">
          <strong>Every message could be read.</strong>
        </p>
      )}
      {entries.length > 0 && (
        <ul className={`box ${styles.list}`}>
          {entries.map((entry) => (
            <Entry
              key={entry.id}
              entry={entry}
              onReplayed={(run) => setReplayed((before) => [{ entry, run }, ...before])}
            />
          ))}
        </ul>
      )}
    </>
  )
}

function Entry(props: {
  readonly entry: Quarantined
  readonly onReplayed: (run: Run | null) => void
}) {
  const { entry, onReplayed } = props
  const { error, source, receivedAt, bytes } = entry
  return (
    <li data-tone="again">
      <details>
        <summary className={styles.summary} data-focus={`quarantined:${entry.id}`}>
          <ChevronRightIcon className="chevron" />
          <AlertIcon className="tone" aria-label="could not be read" />
          <span className={styles.fault}>
            <AgentText text={error.message} />
          </span>
          <span className="meta">
            <span>
              <AgentText text={source} />
            </span>
            <Ago at={receivedAt} />
            <span className="numeric">{formatBytes(bytes)}</span>
          </span>
        </summary>
        <EntryBody entry={entry} onReplayed={onReplayed} />
      </details>
    </li>
  )
}

/** The list cuts longer bodies, and a cut one must not be replayed as if it were whole. */
const isCut = ({ body, bytes }: Quarantined): boolean => body.endsWith('…') && bytes > body.length

function EntryBody(props: {
  readonly entry: Quarantined
  readonly onReplayed: (run: Run | null) => void
}) {
  const { entry, onReplayed } = props
  const client = useQueryClient()
  const mayAct = useMayAct()
  const id = useId()
  const [text, setText] = useState<string | null>(null)
  const fault = findJsonFault(text ?? entry.body)
  const replay = useMutation({
    mutationFn: () =>
      postJson<{ readonly run?: Run | null }>(
        `/api/codex/quarantine/${encodeURIComponent(entry.id)}/replay`,
        text === null ? {} : { body: JSON.parse(text) },
      ),
    onSuccess: ({ run }) => onReplayed(run ?? null),
    onSettled: () => client.invalidateQueries({ queryKey: ['quarantine'] }),
  })
  return (
    <div className={styles.body}>
      {text === null ? (
        <MarkedBody body={entry.body} fault={isCut(entry) ? null : fault} />
      ) : (
        <>
          <label htmlFor={id}>Corrected message</label>
          <textarea
            id={id}
            className={`input mono ${styles.editor}`}
            value={text}
            rows={12}
            spellCheck={false}
            aria-invalid={fault !== null}
            aria-describedby={`${id}-state`}
            onChange={({ target }) => setText(target.value)}
          />
          <p id={`${id}-state`} className={fault === null ? 'success' : 'danger'} role="status">
            {fault === null
              ? 'This is JSON.'
              : `${fault.because} (${describePlace(text, fault.at)})`}
          </p>
        </>
      )}
      {replay.error !== null && <FaultBox error={replay.error} />}
      <div className={styles.actions}>
        <button
          type="button"
          className={text === null ? 'button' : 'button primary'}
          disabled={!mayAct || replay.isPending || (text !== null && fault !== null)}
          onClick={() => replay.mutate()}
        >
          {text === null ? 'Replay' : 'Replay the corrected message'}
        </button>
        {text === null ? (
          <button
            type="button"
            className="button"
            disabled={!mayAct || isCut(entry)}
            onClick={() => setText(entry.body)}
          >
            Correct and replay…
          </button>
        ) : (
          <button type="button" className="button quiet" onClick={() => setText(null)}>
            Cancel
          </button>
        )}
        <span className="small muted">
          {!mayAct
            ? 'Sign in as an operator to act.'
            : isCut(entry)
              ? 'Too long to be corrected here; only its beginning is shown.'
              : 'Shown with secrets masked; what is replayed uncorrected is what came.'}
        </span>
      </div>
    </div>
  )
}

function MarkedBody(props: {
  readonly body: string
  readonly fault: ReturnType<typeof findJsonFault>
}) {
  const { body, fault } = props
  const [before, at, after] = fault === null ? [body, '', ''] : splitAtFault(body, fault)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard.
    <section className={styles.text} tabIndex={0} aria-label="The message">
      <AgentText text={before} />
      {fault !== null && (
        <mark title={fault.because}>{at === '' ? '(ends here)' : <AgentText text={at} />}</mark>
      )}
      <AgentText text={after} />
    </section>
  )
}

function describePlace(text: string, at: number): string {
  const lines = text.slice(0, at).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}
