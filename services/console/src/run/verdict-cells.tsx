import { CheckIcon, DashIcon, VerifiedIcon, XIcon } from '@primer/octicons-react'
import { AgentText } from '../parts/agent-text.tsx'
import { formatCount, formatDuration, formatUsd } from '../parts/format.ts'
import { Level } from '../parts/meter.tsx'
import { Pill } from '../parts/pill.tsx'
import type { Citation, Requirement, Verdict } from './run-data.ts'
import { readScores } from './verdict-table.ts'
import table from './verdicts.module.css'

/** A verdict as the head of its column: result, confidence, why it was asked, what it took. */
export function VerdictHead({ verdict }: { readonly verdict: Verdict }) {
  const { model, decision, acted, confidence, askedBecause, tokens, costUsd, seconds } = verdict
  const isPass = decision === 'pass'
  const took = [
    `${formatCount(tokens.input)} in`,
    `${formatCount(tokens.output)} out`,
    formatUsd(costUsd),
    ...(seconds === null ? [] : [formatDuration(seconds)]),
  ]
  return (
    <>
      <div className={table.line}>
        <strong>{model}</strong>
        <Pill tone={isPass ? 'done' : 'again'} isSolid>
          {isPass ? <CheckIcon /> : <XIcon />}
          {isPass ? 'pass' : 'fail'}
        </Pill>
        {acted && <Pill>decided</Pill>}
        {verdict.discounted && <Pill>no longer counts</Pill>}
      </div>
      {confidence !== null && (
        <div className={table.line}>
          <Level value={confidence} name={`confidence ${confidence.toFixed(2)}`} tone="work" />
          <span className="small">confidence {confidence.toFixed(2)}</span>
        </div>
      )}
      {askedBecause !== null && <div className="small muted">{askedBecause}</div>}
      {verdict.reusedFrom !== null && (
        <div className="small muted">the same question had this answer before; not asked again</div>
      )}
      <div className="small muted">{took.join(' · ')}</div>
    </>
  )
}

/** What one verdict says about one requirement. */
export function VerdictCell({ requirement }: { readonly requirement: Requirement | null }) {
  if (requirement === null) return <span className="muted">not named</span>
  return (
    <>
      {requirement.met ? (
        <span>
          <CheckIcon className="success" /> met
        </span>
      ) : (
        <span>
          <XIcon className="danger" /> not met
        </span>
      )}
      {requirement.citations.map((citation, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: citations keep the order of the answer.
        <CitationItem key={index} citation={citation} />
      ))}
    </>
  )
}

function CitationItem({ citation }: { readonly citation: Citation }) {
  const { path, line, quote, holds, because } = citation
  return (
    <div className={table.citation}>
      <div className={table.line}>
        {holds === true && <VerifiedIcon className="success" aria-label="quote" />}
        {holds === false && <XIcon className="danger" aria-label="quote" />}
        {holds === null && <DashIcon aria-label="quote" />}
        <a href="#changes">
          <AgentText text={line === null ? path : `${path}:${line}`} />
        </a>
        <span className="muted">
          {holds === true && 'holds'}
          {holds === false && (because ?? 'does not hold; not counted')}
          {holds === null && (because ?? 'was not looked up')}
        </span>
      </div>
      <pre>
        <AgentText text={quote} />
      </pre>
    </div>
  )
}

/** The scores of a verdict, which decide nothing. */
export function VerdictScores({ verdict }: { readonly verdict: Verdict }) {
  const scores = readScores(verdict.scores)
  if (scores.length === 0) return <span className="muted">none given</span>
  return (
    <>
      {verdict.weightedScore !== null && <div>{verdict.weightedScore.toFixed(2)} weighted</div>}
      <dl className={table.scores}>
        {scores.map(([name, score]) => (
          <div key={name}>
            <dt>
              <AgentText text={name.replaceAll('_', ' ')} />
            </dt>
            <dd>
              <Level value={score} name={score.toFixed(1)} tone="past" />
              {score.toFixed(1)}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
