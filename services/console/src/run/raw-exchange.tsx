import { ChevronRightIcon } from '@primer/octicons-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getJson } from '../api/request.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import type { Verdict } from './run-data.ts'
import table from './verdicts.module.css'

interface Exchange {
  readonly question: string | null
  readonly answer: string | null
}

const exchangeQuery = (runId: string, verdictId: string) =>
  queryOptions({
    queryKey: ['exchange', runId, verdictId],
    queryFn: ({ signal }) =>
      getJson<Exchange>(`/api/codex/runs/${runId}/verdicts/${verdictId}`, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** What a model was asked and what it answered, word for word; read when it is opened. */
export function RawExchange(props: { readonly runId: string; readonly verdict: Verdict }) {
  const { runId, verdict } = props
  const [isOpen, setOpen] = useState(false)
  const query = useQuery({ ...exchangeQuery(runId, verdict.id), enabled: isOpen })
  return (
    <details
      className={table.raw}
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <ChevronRightIcon className="chevron" /> What {verdict.model} was asked, and what it
        answered
      </summary>
      {query.error !== null && (
        <FaultBox error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data !== undefined && (
        <>
          <Words name="The question" text={query.data.question} />
          <Words name="The answer" text={query.data.answer} />
        </>
      )}
    </details>
  )
}

function Words({ name, text }: { readonly name: string; readonly text: string | null }) {
  return (
    <>
      <h3>{name}</h3>
      {text === null ? (
        <p>It is not kept any more.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard.
        <section tabIndex={0} aria-label={name}>
          <pre>
            <AgentText text={text} />
          </pre>
        </section>
      )}
    </>
  )
}
