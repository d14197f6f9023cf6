import {
  AlertFillIcon,
  CheckCircleFillIcon,
  type Icon,
  LinkExternalIcon,
  XCircleFillIcon,
} from '@primer/octicons-react'
import { Link } from '@tanstack/react-router'
import { AgentText } from '../parts/agent-text.tsx'
import { formatSha } from '../parts/format.ts'
import { Markdown } from '../parts/markdown.tsx'
import { Meter } from '../parts/meter.tsx'
import { parseSafeUrl } from '../parts/out-link.tsx'
import { Pill } from '../parts/pill.tsx'
import type { Tone } from '../parts/status.tsx'
import { Ago, Lasting, Moment } from '../parts/time.tsx'
import { CodeExcerpt } from './code-excerpt.tsx'
import styles from './run.module.css'
import type { Became, Blocker } from './run-data.ts'

const becameFaces: Readonly<
  Record<Became['result'], { readonly icon: Icon; readonly tone: Tone; readonly words: string }>
> = {
  obeyed: { icon: CheckCircleFillIcon, tone: 'done', words: 'The next attempt obeyed' },
  ignored: { icon: AlertFillIcon, tone: 'again', words: 'The next attempt ignored it' },
  worse: { icon: XCircleFillIcon, tone: 'person', words: 'The next attempt made it worse' },
}

/** One thing between a run and its end: what, whose, its words, its evidence, what became of it. */
export function BlockerCard(props: {
  readonly blocker: Blocker
  readonly number: number
  readonly tone: Tone
}) {
  const { blocker, number, tone } = props
  const url = parseSafeUrl(blocker.url)
  return (
    <li className={styles.card} data-tone={tone} data-finding={blocker.id} tabIndex={-1}>
      <div className={styles.cardHead}>
        <span className={styles.number} aria-hidden="true">
          {number}
        </span>
        <div>
          <h3>
            <AgentText text={blocker.title} />
            {blocker.severity !== null && <Pill tone={tone}>{blocker.severity}</Pill>}
          </h3>
          <Facts blocker={blocker} />
        </div>
        {url !== null && (
          <a className="button small" href={url.href} rel="noreferrer noopener" target="_blank">
            Open {openedThing(blocker)} <LinkExternalIcon size={12} aria-label="on another site" />
          </a>
        )}
      </div>
      <div className={styles.cardBody}>
        {blocker.text !== '' && (
          <div className={styles.quote}>
            <Markdown text={blocker.text} />
          </div>
        )}
        {blocker.excerpt !== null && (
          <div className={styles.excerpt}>
            <CodeExcerpt
              name={blocker.path ?? blocker.title}
              excerpt={blocker.excerpt}
              marked={blocker.line}
            />
          </div>
        )}
        <Until blocker={blocker} />
        {blocker.became !== null && <BecameOfIt became={blocker.became} />}
      </div>
    </li>
  )
}

function openedThing({ kind }: Blocker): string {
  switch (kind) {
    case 'thread':
    case 'review':
    case 'check':
      return kind
    default:
      return 'on GitHub'
  }
}

/** Where, by whom, since when, on which commit, and whose turn it is, in one muted line. */
function Facts({ blocker }: { readonly blocker: Blocker }) {
  const { path, line, owner, since, usualSeconds, commitSha, kind } = blocker
  const place = path === null ? null : `${path}${line === null ? '' : `:${line}`}`
  return (
    <div className="meta">
      {place !== null && (
        <a href="#changes">
          <AgentText text={place} />
        </a>
      )}
      {since !== null && kind === 'wait' && (
        <span>
          awaited for <Lasting since={since} />
          {usualSeconds !== null && (
            <>
              , usually <Lasting seconds={usualSeconds} /> here
            </>
          )}
        </span>
      )}
      {since !== null && kind !== 'wait' && (
        <span>
          since <Ago at={since} />
        </span>
      )}
      {commitSha !== null && <span>on {formatSha(commitSha)}</span>}
      <span>
        owner: <AgentText text={owner.name} />
      </span>
    </div>
  )
}

/** What would end a wait, and what happens if nothing does. */
function Until({ blocker }: { readonly blocker: Blocker }) {
  const { counts, asked, until, since, afterwards } = blocker
  if (counts === null && asked === null && until === null && afterwards === null) return null
  return (
    <dl className={styles.until}>
      {counts !== null && (
        <>
          <dt>What counts</dt>
          <dd>
            <AgentText text={counts} />
          </dd>
        </>
      )}
      {asked !== null && (
        <>
          <dt>Asked</dt>
          <dd>
            <AgentText text={asked} />
          </dd>
        </>
      )}
      {(until !== null || afterwards !== null) && (
        <>
          <dt>Until</dt>
          <dd>
            {until !== null && (
              <>
                {since !== null && (
                  <span className={styles.deadline}>
                    <Meter since={since} until={until} />
                  </span>
                )}
                <Moment at={until} />, <Ago at={until} />
              </>
            )}
            {afterwards !== null && (
              <>
                {until !== null && '; then '}
                <AgentText text={afterwards} />
              </>
            )}
          </dd>
        </>
      )}
    </dl>
  )
}

function BecameOfIt({ became }: { readonly became: Became }) {
  const { icon: BecameIcon, tone, words } = becameFaces[became.result]
  return (
    <div className={styles.became} data-tone={tone}>
      <BecameIcon />
      <div>
        <Link to="/runs/$runId" params={{ runId: became.runId }}>
          {words}
        </Link>
        {became.because !== '' && (
          <>
            : <AgentText text={became.because} />
          </>
        )}
      </div>
    </div>
  )
}
