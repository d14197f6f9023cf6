import { queryOptions, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { getJson } from '../api/request.ts'
import type { paths } from '../api/schema.generated.ts'
import type { AgentAtWork } from '../api/types.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { useNow } from '../parts/clock.ts'
import { FaultBox } from '../parts/fault-box.tsx'
import { formatDuration } from '../parts/format.ts'
import { PageTitle, useDocumentTitle } from '../parts/page-title.tsx'
import { Ago, Lasting } from '../parts/time.tsx'
import styles from './agents.module.css'
import { MessageStream } from './message-stream.tsx'

type List = paths['/api/agents']['get']['responses'][200]['content']['application/json']

const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: ({ signal }) => getJson<List>('/api/agents', signal),
  refetchInterval: 5_000,
})

const route = getRouteApi('/agents')

/** What agents say, as they say it. */
export function AgentsPage() {
  useDocumentTitle('Agents')
  const { run } = route.useSearch()
  const query = useQuery(agentsQuery)
  const agents = query.data?.agents ?? []
  const shown = run ?? agents.find(({ runId }) => runId !== null)?.runId ?? null
  return (
    <>
      <div className="page-head">
        <PageTitle>Agents</PageTitle>
      </div>
      {query.data === undefined && query.error !== null && (
        <FaultBox error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data?.live === false && (
        <p className={styles.off} role="status">
          Live messages are off: <AgentText text={query.data.because ?? 'NATS is not configured'} />
          . What a finished run said is on its page.
        </p>
      )}
      {query.data !== undefined && agents.length === 0 && run === undefined && (
        <p className="empty">
          <strong>No agent is at work.</strong> One appears here once its workflow has reported its
          start, or was dispatched.
        </p>
      )}
      {(agents.length > 0 || run !== undefined) && (
        <div className={styles.columns}>
          <section aria-labelledby="at-work" className={styles.agents}>
            <h2 id="at-work">
              At work <span className="count">{agents.length}</span>
            </h2>
            <ul className="box">
              {agents.map((agent) => (
                <AgentItem
                  key={agent.runId ?? agent.workflowUid ?? agent.since}
                  agent={agent}
                  isShown={agent.runId !== null && agent.runId === shown}
                />
              ))}
            </ul>
          </section>
          {shown !== null && <MessageStream key={shown} runId={shown} />}
        </div>
      )}
    </>
  )
}

const QUIET_AFTER_MS = 10 * 60_000

function AgentItem({ agent, isShown }: { readonly agent: AgentAtWork; readonly isShown: boolean }) {
  const now = useNow()
  const { runId, repository, issueNumber, title, workflowName, since, lastAt, lastText } = agent
  const name = title ?? workflowName ?? 'An agent'
  const quietMs = now - Date.parse(lastAt ?? since)
  return (
    <li className={styles.agent} data-shown={isShown}>
      {runId === null ? (
        <span className={styles.name}>
          <AgentText text={name} />
        </span>
      ) : (
        <Link
          to="/agents"
          search={{ run: runId }}
          className={styles.name}
          aria-current={isShown ? 'true' : undefined}
          data-focus={`agent:${runId}`}
        >
          <AgentText text={name} />
        </Link>
      )}
      <p className="meta">
        {repository !== null && (
          <span>
            <AgentText text={`${repository}#${issueNumber ?? '?'}`} />
          </span>
        )}
        <span>
          at work for <Lasting since={since} />
        </span>
        {runId !== null && (
          <Link to="/runs/$runId" params={{ runId }} className={styles.open}>
            Open the run
          </Link>
        )}
      </p>
      {lastText !== null && (
        <p className={styles.last}>
          <AgentText text={lastText} />
        </p>
      )}
      <p className="small muted">
        {quietMs > QUIET_AFTER_MS ? (
          <b>quiet for {formatDuration(quietMs / 1_000)}</b>
        ) : (
          lastAt !== null && <Ago at={lastAt} />
        )}
      </p>
    </li>
  )
}
