import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useLiveEvents } from '../api/live.ts'
import { getJson } from '../api/request.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { formatUsd } from '../parts/format.ts'
import { OutLink } from '../parts/out-link.tsx'
import { PageTitle, useDocumentTitle } from '../parts/page-title.tsx'
import { statusFace } from '../parts/status.tsx'
import { Actions } from '../run/actions-menu.tsx'
import { AnswerFault } from '../run/answer-fault.tsx'
import { AttemptLane } from './attempt-lane.tsx'
import { CompareSection } from './compare-section.tsx'
import styles from './issue.module.css'
import type { IssueAnswer } from './issue-data.ts'
import { parseCompare } from './parse-compare.ts'

const issuePath = (owner: string, repo: string, number: string): string =>
  `/api/codex/issues/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}/${encodeURIComponent(number)}`

const issueQuery = (owner: string, repo: string, number: string) =>
  queryOptions({
    queryKey: ['issue', owner, repo, number],
    queryFn: ({ signal }) => getJson<IssueAnswer>(issuePath(owner, repo, number), signal),
  })

const route = getRouteApi('/issues/$owner/$repo/$number')

/** How the attempts of one issue went, and what changed between two of them. */
export function IssuePage() {
  const { owner, repo, number } = route.useParams()
  const { compare } = route.useSearch()
  useDocumentTitle(`${owner}/${repo}#${number}`)
  const client = useQueryClient()
  const navigate = useNavigate()
  const query = useQuery(issueQuery(owner, repo, number))
  useLiveEvents((event) => {
    const isOurs =
      event.kind === 'run' &&
      event.run.repository?.toLowerCase() === `${owner}/${repo}`.toLowerCase() &&
      event.run.issueNumber === Number(number)
    if (isOurs) void client.invalidateQueries({ queryKey: ['issue', owner, repo, number] })
  })
  if (query.error !== null)
    return (
      <AnswerFault
        error={query.error}
        name={`issue ${owner}/${repo}#${number}`}
        onRetry={() => void query.refetch()}
      />
    )
  if (query.data === undefined) return null
  const { runs } = query.data
  const compared = parseCompare(compare)
  const pair = compared?.map((attempt) => runs.findLast((run) => run.attempt === attempt))
  const [a, b] = pair ?? []
  return (
    <>
      <IssueHead answer={query.data} />
      <AttemptLane
        key={compare}
        runs={runs}
        compared={compared ?? []}
        onCompare={([first, second]) =>
          void navigate({
            to: '/issues/$owner/$repo/$number',
            params: { owner, repo, number },
            search: { compare: `${first},${second}` },
          })
        }
      />
      {a !== undefined && b !== undefined && (
        <CompareSection path={issuePath(owner, repo, number)} a={a} b={b} />
      )}
    </>
  )
}

function IssueHead({ answer }: { readonly answer: IssueAnswer }) {
  const { issue, actions, runs } = answer
  const { icon: StatusIcon, tone, words } = statusFace(issue.status)
  const last = runs.at(-1)
  return (
    <>
      <nav className="crumbs" aria-label="Breadcrumb">
        <ol>
          <li>
            <Link to="/">Runs</Link>
          </li>
          <li>
            <Link to="/" search={{ repository: issue.repository }}>
              <AgentText text={issue.repository} />
            </Link>
          </li>
          <li aria-current="page">#{issue.issueNumber}</li>
        </ol>
      </nav>
      <div className={styles.head} data-tone={tone}>
        <span className={styles.disc}>
          <StatusIcon aria-label={words} />
        </span>
        <div>
          <PageTitle>
            <AgentText text={issue.title ?? `Issue #${issue.issueNumber}`} />
          </PageTitle>
          <p className={styles.budget}>
            {words} · {issue.attemptsUsed} of {issue.attemptsMax} attempts,{' '}
            {formatUsd(issue.spentUsd)} of {formatUsd(issue.capUsd)}
            {issue.url !== null && (
              <>
                {' · '}
                <OutLink href={issue.url}>Issue #{issue.issueNumber}</OutLink>
              </>
            )}
          </p>
        </div>
        {last !== undefined && (
          <div className={styles.acts}>
            <Actions actions={actions} run={last} first="rerun" />
          </div>
        )}
      </div>
    </>
  )
}
