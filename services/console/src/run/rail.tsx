import { ChevronRightIcon, DownloadIcon } from '@primer/octicons-react'
import { Link } from '@tanstack/react-router'
import { AgentText } from '../parts/agent-text.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { formatDuration, formatSha, formatTokens, formatUsd } from '../parts/format.ts'
import { OutLink } from '../parts/out-link.tsx'
import { statusFace } from '../parts/status.tsx'
import { Ago, Moment } from '../parts/time.tsx'
import { Size } from './changes-section.tsx'
import { issueParams, linkToGitHubIssue, linkToPolicy } from './links.ts'
import styles from './run.module.css'
import type { RunDetail } from './run-data.ts'

/** The facts of a run beside its argument; on a narrow screen below it. */
export function Rail({ detail }: { readonly detail: RunDetail }) {
  return (
    <aside className={styles.rail} aria-label="Facts of this run">
      <IssueFacts detail={detail} />
      <AttemptLane detail={detail} />
      <ChangeFacts detail={detail} />
      <AgentFacts detail={detail} />
      <DecisionFacts detail={detail} />
      <CostFacts detail={detail} />
      {detail.decision !== null && <Receipt detail={detail} />}
      <Identifiers detail={detail} />
    </aside>
  )
}

function IssueFacts({ detail: { run } }: { readonly detail: RunDetail }) {
  const url = linkToGitHubIssue(run)
  if (url === null) return null
  return (
    <div>
      <h3>Issue</h3>
      <OutLink href={url}>
        #{run.issueNumber} <AgentText text={run.issueTitle ?? ''} />
      </OutLink>
    </div>
  )
}

function AttemptLane({ detail: { run, attempts } }: { readonly detail: RunDetail }) {
  const issue = issueParams(run)
  const [before, last] = [attempts.at(-2), attempts.at(-1)]
  return (
    <div>
      <h3>
        Attempts{' '}
        <span>
          {attempts.length} of {run.attemptsMax ?? '?'} used
        </span>
      </h3>
      <ol className={styles.lane}>
        {attempts.map(({ id, attempt, status, seconds }) => {
          const { icon: StatusIcon, tone, words } = statusFace(status)
          return (
            <li key={id}>
              <Link
                to="/runs/$runId"
                params={{ runId: id }}
                data-tone={tone}
                aria-current={id === run.id ? 'page' : undefined}
              >
                <StatusIcon />
                {attempt} {words}
                <span>{seconds === null ? '' : formatDuration(seconds)}</span>
              </Link>
            </li>
          )
        })}
      </ol>
      {issue !== null && before !== undefined && last !== undefined && (
        <Link
          className="small"
          to="/issues/$owner/$repo/$number"
          params={issue}
          search={{ compare: `${before.attempt},${last.attempt}` }}
        >
          Compare attempts {before.attempt} and {last.attempt}
        </Link>
      )}
    </div>
  )
}

function ChangeFacts({ detail: { run, change } }: { readonly detail: RunDetail }) {
  return (
    <div>
      <h3>Change</h3>
      <dl>
        <dt>Pull request</dt>
        <dd>
          {run.prUrl === null || run.prNumber === null ? (
            'none'
          ) : (
            <OutLink href={run.prUrl}>#{run.prNumber}</OutLink>
          )}
          {run.base !== null && (
            <>
              {' '}
              into <AgentText text={run.base} />
            </>
          )}
        </dd>
        <dt>Commit</dt>
        <dd>
          {run.commitSha === null ? (
            'none'
          ) : (
            <>
              <code>{formatSha(run.commitSha)}</code>{' '}
              <CopyButton text={run.commitSha} name="Copy the commit" />
            </>
          )}
        </dd>
        {change !== null && (
          <>
            <dt>Size</dt>
            <dd>
              <Size {...change} />
            </dd>
          </>
        )}
      </dl>
    </div>
  )
}

function AgentFacts({ detail }: { readonly detail: RunDetail }) {
  const { run, phases, budget } = detail
  const seconds = phases.find(({ name }) => name === 'agent')?.seconds ?? null
  const tokens = budget?.agentTokens ?? null
  return (
    <div>
      <h3>Agent</h3>
      <dl>
        <dt>Workflow</dt>
        <dd>
          {run.workflowUrl === null ? (
            <AgentText text={run.workflowName ?? 'not known'} />
          ) : (
            <OutLink href={run.workflowUrl}>
              <AgentText text={run.workflowName ?? 'the workflow'} />
            </OutLink>
          )}
        </dd>
        {run.phase !== null && (
          <>
            <dt>{run.finishedAt === null ? 'Phase' : 'Ended'}</dt>
            <dd>
              <AgentText text={run.phase} />
            </dd>
          </>
        )}
        <dt>At work</dt>
        <dd>{seconds === null ? 'not known' : formatDuration(seconds, 'exact')}</dd>
        <dt>Tokens</dt>
        <dd>{tokens === null ? 'not reported' : formatTokens(tokens)}</dd>
      </dl>
    </div>
  )
}

function DecisionFacts({ detail: { run, decision } }: { readonly detail: RunDetail }) {
  if (decision === null)
    return (
      <div>
        <h3>Decision</h3>
        <p className="muted">not decided yet</p>
      </div>
    )
  const after =
    run.finishedAt === null ? null : (Date.parse(decision.at) - Date.parse(run.finishedAt)) / 1_000
  return (
    <div>
      <h3>Decision</h3>
      <dl>
        <dt>By</dt>
        <dd>{decision.by === 'service' ? 'the service' : <AgentText text={decision.by} />}</dd>
        <dt>At</dt>
        <dd>
          <Moment at={decision.at} />, <Ago at={decision.at} />
        </dd>
        {after !== null && after >= 0 && (
          <>
            <dt>After</dt>
            <dd>{formatDuration(after, 'exact')}</dd>
          </>
        )}
        <dt>Policy</dt>
        <dd>
          <a className="mono" href={linkToPolicy(run.repository)}>
            {decision.policyVersion.slice(0, 7)}
          </a>
        </dd>
      </dl>
    </div>
  )
}

function CostFacts({ detail: { budget } }: { readonly detail: RunDetail }) {
  if (budget === null) return null
  return (
    <div>
      <h3>Cost</h3>
      <dl>
        <dt>Judge</dt>
        <dd>{formatUsd(budget.runSpentUsd)}</dd>
        <dt>Issue</dt>
        <dd>
          {formatUsd(budget.issueSpentUsd)} of {formatUsd(budget.issueCapUsd)}
        </dd>
      </dl>
    </div>
  )
}

function Receipt({ detail: { run, decision } }: { readonly detail: RunDetail }) {
  const file = `receipt-${run.id}.json`
  const digest = decision?.digest ?? null
  return (
    <div>
      <h3>Receipt</h3>
      {digest !== null && (
        <dl>
          <dt>sha256</dt>
          <dd className="mono" title={digest}>
            {digest.slice(0, 8)}…{digest.slice(-7)}
          </dd>
        </dl>
      )}
      <p className={styles.receipt}>
        <a className="button small" href={`/api/codex/runs/${run.id}/receipt`} download={file}>
          <DownloadIcon /> Receipt
        </a>
        <CopyButton text={`codex-judge verify ${file}`} name="Copy the command that verifies it" />
      </p>
    </div>
  )
}

function Identifiers({ detail: { run } }: { readonly detail: RunDetail }) {
  const ids = [
    ['Run', run.id],
    ['Workflow', run.workflowUid],
    ['Branch', run.branch],
    ['Earlier run', run.parentRunId],
  ] as const
  return (
    <div>
      <details>
        <summary className="muted small">
          <ChevronRightIcon className="chevron" /> Identifiers
        </summary>
        <dl>
          {ids.map(
            ([name, id]) =>
              id !== null && (
                <div key={name} className={styles.pairOfFacts}>
                  <dt>{name}</dt>
                  <dd className="mono">
                    <AgentText text={id} />
                  </dd>
                </div>
              ),
          )}
        </dl>
      </details>
    </div>
  )
}
