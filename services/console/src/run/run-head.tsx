import { GitPullRequestIcon, LinkExternalIcon } from '@primer/octicons-react'
import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import type { Run } from '../api/types.ts'
import { AgentText } from '../parts/agent-text.tsx'
import { parseSafeUrl } from '../parts/out-link.tsx'
import { PageTitle } from '../parts/page-title.tsx'
import { statusFace } from '../parts/status.tsx'
import { Actions } from './actions-menu.tsx'
import { joinHeadline, splitNext } from './headline.ts'
import { issueParams } from './links.ts'
import styles from './run.module.css'
import type { RunDetail } from './run-data.ts'

/** Where the run stands, what happens next, and what can be done: readable before all else. */
export function RunHead({ detail }: { readonly detail: RunDetail }) {
  const { run, actions } = detail
  const { icon: StatusIcon, tone } = statusFace(run.status)
  const pullRequest = parseSafeUrl(run.prUrl)
  const isWorking = run.decidedAt === null && tone === 'work'
  return (
    <>
      <Breadcrumb run={run} />
      <div className={styles.head} data-tone={tone}>
        <span className={`${styles.disc} ${isWorking ? styles.working : ''}`}>
          <StatusIcon />
        </span>
        <PageTitle>
          <AgentText text={joinHeadline(run)} />
        </PageTitle>
        <NextSentence run={run} />
        <div className={styles.acts}>
          {pullRequest !== null && (
            <a
              className={`button ${run.status === 'completed' ? 'primary' : ''}`}
              href={pullRequest.href}
              data-key="pull-request"
              rel="noreferrer noopener"
              target="_blank"
            >
              <GitPullRequestIcon /> Open #{run.prNumber}{' '}
              <LinkExternalIcon size={12} aria-label="on GitHub" />
            </a>
          )}
          <Actions actions={actions} run={run} first="rerun" />
        </div>
      </div>
    </>
  )
}

/** What happens by itself; what it means for the reader is strong. */
function NextSentence({ run }: { readonly run: Run }) {
  return (
    <p className={styles.next}>
      {splitNext(run.next).map(({ text, isStrong }) => (
        <Fragment key={text}>
          {isStrong ? (
            <strong>
              <AgentText text={text} />
            </strong>
          ) : (
            <AgentText text={text} />
          )}{' '}
        </Fragment>
      ))}
    </p>
  )
}

function Breadcrumb({ run }: { readonly run: Run }) {
  const issue = issueParams(run)
  return (
    <nav className="crumbs" aria-label="Breadcrumb">
      <ol>
        <li>
          <Link to="/">Runs</Link>
        </li>
        {run.repository !== null && (
          <li>
            <Link to="/" search={{ repository: run.repository }}>
              <AgentText text={run.repository} />
            </Link>
          </li>
        )}
        {issue !== null && (
          <li>
            <Link to="/issues/$owner/$repo/$number" params={issue}>
              #{run.issueNumber} <AgentText text={run.issueTitle ?? ''} />
            </Link>
          </li>
        )}
        <li aria-current="page">Attempt {run.attempt}</li>
      </ol>
    </nav>
  )
}
