import {
  AlertFillIcon,
  CheckCircleFillIcon,
  CheckIcon,
  DashIcon,
  type Icon,
  QuestionIcon,
  XCircleFillIcon,
} from '@primer/octicons-react'
import { AgentText } from '../parts/agent-text.tsx'
import { Box } from '../parts/box.tsx'
import { formatCount, formatDuration } from '../parts/format.ts'
import type { Tone } from '../parts/status.tsx'
import styles from './insights.module.css'
import type { Health, System } from './insights-data.ts'

const faces: Readonly<
  Record<System['state'], { readonly icon: Icon; readonly tone: Tone; readonly words: string }>
> = {
  up: { icon: CheckIcon, tone: 'done', words: 'answers' },
  down: { icon: XCircleFillIcon, tone: 'person', words: 'does not answer' },
  off: { icon: DashIcon, tone: 'past', words: 'off' },
  unknown: { icon: QuestionIcon, tone: 'past', words: 'not needed yet' },
}

/** Systems by the names that people know them by; another keeps its own. */
const names: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL',
  github: 'GitHub',
  githubWebhooks: 'GitHub webhooks',
  artifacts: 'Artifacts',
  argo: 'Argo',
  kafka: 'Kafka',
  dispatcher: 'Dispatcher',
  discord: 'Discord',
  nats: 'NATS',
  embeddings: 'Embeddings',
  traces: 'Traces',
  models: 'Models',
}

/** Whether the service is well, or what is wrong, in words; and each outside system. */
export function HealthBox({ health }: { readonly health: Health }) {
  const { healthy, faults, systems, github } = health
  const [first, ...others] = faults
  return (
    <Box>
      <div className="box-head">
        {healthy ? (
          <CheckCircleFillIcon className="success" />
        ) : (
          <AlertFillIcon className="danger" />
        )}
        <h2 className={styles.title}>
          {healthy ? 'Healthy now' : <AgentText text={first ?? 'Not healthy now'} />}
        </h2>
        <span className="end">{describeBacklog(health)}</span>
      </div>
      {others.length > 0 && (
        <ul className={styles.faults}>
          {others.map((fault) => (
            <li key={fault}>
              <AgentText text={fault} />
            </li>
          ))}
        </ul>
      )}
      <ul className={styles.systems}>
        {systems.map((system) => (
          <SystemState key={system.name} system={system} />
        ))}
        {github.map(({ owner, remaining, limit }) => (
          <li key={owner} className="muted">
            GitHub budget{owner === null ? '' : ` of ${owner}`}: {formatCount(remaining)} of{' '}
            {formatCount(limit)}
          </li>
        ))}
      </ul>
    </Box>
  )
}

function describeBacklog(health: Health): string {
  const lags = Object.values(health.kafkaLag)
  return [
    `oldest due run ${formatDuration(health.inboxOldestSeconds)}`,
    `oldest effect ${formatDuration(health.effectOldestSeconds)}`,
    ...(lags.length === 0 ? [] : [`Kafka lag ${formatCount(lags.reduce((a, b) => a + b, 0))}`]),
  ].join(' · ')
}

function SystemState({ system }: { readonly system: System }) {
  const { state, because } = system
  const name = names[system.name] ?? system.name
  const { icon: StateIcon, tone, words } = faces[state]
  return (
    <li data-tone={tone} className={tone === 'past' ? 'muted' : undefined}>
      <StateIcon aria-label={words} />
      <AgentText text={because === null || state === 'up' ? name : `${name}: ${because}`} />
    </li>
  )
}
