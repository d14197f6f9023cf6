import { ChevronRightIcon } from '@primer/octicons-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getJson } from '../api/request.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { FaultBox } from '../parts/fault-box.tsx'
import type { Exchange, Verdict } from './run-data.ts'
import { readTexts } from './verdict-table.ts'
import table from './verdicts.module.css'

const exchangeQuery = (runId: string, verdictId: string) =>
  queryOptions({
    queryKey: ['exchange', runId, verdictId],
    queryFn: ({ signal }) =>
      getJson<Exchange>(`/api/codex/runs/${runId}/verdicts/${verdictId}`, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** What else a model wrote, and its question and answer word for word; read when it is opened. */
export function MoreOfVerdict(props: { readonly runId: string; readonly verdict: Verdict }) {
  const { runId, verdict } = props
  const [isOpen, setOpen] = useState(false)
  const query = useQuery({
    ...exchangeQuery(runId, verdict.id),
    enabled: isOpen && verdict.rawAvailable,
  })
  return (
    <details
      className={table.more}
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className="small muted">
        <ChevronRightIcon className="chevron" /> More from {verdict.model}: its remarks, what it was
        asked, and what it answered
      </summary>
      <Remarks verdict={verdict} />
      {!verdict.rawAvailable && (
        <p className="muted">Its question and its answer are not kept any more.</p>
      )}
      {query.error !== null && (
        <FaultBox error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data !== undefined && (
        <>
          <Words name="What it was asked" text={query.data.question} />
          <Words name="What it answered" text={query.data.answer} />
        </>
      )}
    </details>
  )
}

const remarkTitles = [
  ['injectionAttempts', 'Passages that try to influence the verdict'],
  ['missingItems', 'What is missing'],
  ['suggestedFixes', 'Suggested fixes'],
  ['promptTuningSuggestions', 'How the task could be clearer'],
  ['systemImprovementSuggestions', 'What made the work hard'],
] as const

/** The lists of a verdict: quoted, since they are about what others control. */
function Remarks({ verdict }: { readonly verdict: Verdict }) {
  return remarkTitles.map(([key, title]) => {
    const texts = readTexts(verdict[key])
    return (
      texts.length > 0 && (
        <div key={key}>
          <h3>{title}</h3>
          <ul>
            {texts.map((text, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a model's list does not change.
              <li key={index}>
                <AgentText text={text} />
              </li>
            ))}
          </ul>
        </div>
      )
    )
  })
}

function Words({ name, text }: { readonly name: string; readonly text: string | null }) {
  return (
    <>
      <h3>{name}</h3>
      {text === null ? (
        <p className="muted">It is not kept any more.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard.
        <section className={table.words} tabIndex={0} aria-label={name}>
          <pre>
            <AgentText text={text} />
          </pre>
        </section>
      )}
    </>
  )
}
