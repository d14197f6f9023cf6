import { CheckIcon, ChevronRightIcon, ClockIcon, XCircleFillIcon } from '@primer/octicons-react'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { formatSha } from '../parts/format.ts'
import { OutLink } from '../parts/out-link.tsx'
import { linkToPolicy } from './links.ts'
import styles from './run.module.css'
import type { Evidence, Gate, RunDetail } from './run-data.ts'
import { Section } from './section.tsx'

const faces = {
  refuse: { icon: XCircleFillIcon, tone: 'again', name: 'refuses' },
  wait: { icon: ClockIcon, tone: 'work', name: 'waits' },
  pass: { icon: CheckIcon, tone: 'done', name: 'passed' },
} as const

/** Refusing and waiting gates, open; the others folded into one line. */
export function GatesSection({ detail }: { readonly detail: RunDetail }) {
  const { gates, run, decision } = detail
  const open = [
    ...gates.filter(({ result }) => result === 'refuse'),
    ...gates.filter(({ result }) => result === 'wait'),
  ]
  const passed = gates.filter(({ result }) => result === 'pass')
  const aside = gates.length > 0 && run.commitSha !== null && (
    <>
      <span>all of them on {formatSha(run.commitSha)}</span>
      {decision !== null && (
        <span>
          policy{' '}
          <a className="mono" href={linkToPolicy(run.repository)}>
            {decision.policyVersion.slice(0, 7)}
          </a>
        </span>
      )}
    </>
  )
  return (
    <Section id="gates" title="Gates" aside={aside || null}>
      <Box>
        {gates.length === 0 ? (
          <p className={`${styles.row} muted`}>
            No gate was evaluated yet. That starts once the agent’s workflow has ended.
          </p>
        ) : (
          <>
            {open.length > 0 && (
              <ul>
                {open.map((gate) => (
                  <GateRow key={gate.name} gate={gate} />
                ))}
              </ul>
            )}
            {passed.length > 0 && <PassedGates gates={passed} />}
          </>
        )}
      </Box>
    </Section>
  )
}

function PassedGates({ gates }: { readonly gates: readonly Gate[] }) {
  return (
    <details className={styles.folded}>
      <summary className="fold">
        <ChevronRightIcon className="chevron" />
        <CheckIcon className="success" aria-label="passed" />
        <strong>{gates.length} passed</strong>
        <span className="fold-names">{gates.map(({ name }) => name).join(' · ')}</span>
      </summary>
      <ul>
        {gates.map((gate) => (
          <GateRow key={gate.name} gate={gate} />
        ))}
      </ul>
    </details>
  )
}

function GateRow({ gate }: { readonly gate: Gate }) {
  const { icon: GateIcon, tone, name } = faces[gate.result]
  const isOpen = gate.result !== 'pass'
  return (
    <li className={`${styles.gate} ${isOpen ? styles.open : ''}`} data-tone={tone}>
      <GateIcon aria-label={name} />
      <span className={styles.gateName}>{gate.name}</span>
      <span>
        {isOpen ? (
          <strong>
            <AgentText text={gate.because} />
          </strong>
        ) : (
          <AgentText text={gate.because} />
        )}
      </span>
      {gate.evidence.length > 0 && (
        <div className={styles.evidence}>
          {gate.evidence.map((evidence, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: evidence has no id and keeps its order.
            <EvidenceItem key={index} evidence={evidence} />
          ))}
        </div>
      )}
    </li>
  )
}

/** What a gate or an instruction rests on, as a link where there is one. */
export function EvidenceItem({ evidence }: { readonly evidence: Evidence }) {
  const { text, path, line, url } = evidence
  const place = path === null ? '' : `${path}${line === null ? '' : `:${line}`}`
  const words = text.includes(place) ? text : `${text} ${place}`
  return url === null ? (
    <AgentText text={words} />
  ) : (
    <OutLink href={url}>
      <AgentText text={words} />
    </OutLink>
  )
}
