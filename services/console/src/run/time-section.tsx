import { Box } from '../parts/box.tsx'
import { formatDuration } from '../parts/format.ts'
import type { Tone } from '../parts/status.tsx'
import { Lasting } from '../parts/time.tsx'
import styles from './run.module.css'
import type { Phase, RunDetail } from './run-data.ts'
import { Section } from './section.tsx'

const names: Readonly<Record<string, string>> = {
  agent: 'Agent at work',
  evidence: 'Evidence',
  ci: 'CI',
  review: 'Review',
  judge: 'Judge',
  pause: 'Pause',
}

/** One bar to scale, and each part of it with its duration and one fact. */
export function TimeSection({ detail }: { readonly detail: RunDetail }) {
  const { run, phases } = detail
  const isOpen = run.decidedAt === null
  const since = run.startedAt ?? run.createdAt
  return (
    <Section
      id="time"
      title={isOpen ? 'Where the time goes' : 'Where the time went'}
      aside={
        <span>
          <Lasting since={since} until={run.decidedAt} />{' '}
          {isOpen ? 'so far' : 'from start to decision'}
        </span>
      }
    >
      <Box className={styles.card}>
        <Scale detail={detail} />
        <ol className={styles.phases}>
          {phases.map((phase) => (
            <PhaseItem key={phase.name} phase={phase} tone={phaseTone(phase, detail)} />
          ))}
        </ol>
      </Box>
    </Section>
  )
}

function Scale({ detail }: { readonly detail: RunDetail }) {
  const { phases, run } = detail
  const reached = phases.filter(({ seconds }) => seconds !== null)
  const left = secondsLeft(detail)
  return (
    <div className={styles.scale} aria-hidden="true">
      {reached.map((phase) => (
        <span
          key={phase.name}
          data-tone={phaseTone(phase, detail)}
          style={{ flexGrow: Math.max(phase.seconds ?? 0, 0.01) }}
        />
      ))}
      {run.wait !== null && left > 0 && (
        <span className={styles.left} data-tone="work" style={{ flexGrow: left }} />
      )}
    </div>
  )
}

/** What is left of the running wait until its deadline, by the moment of the answer. */
function secondsLeft({ run, phases }: RunDetail): number {
  const running = phases.find((phase) => phase.running)
  // A person's deadline is weeks away, and would leave no place for what took minutes.
  if (run.decidedAt !== null) return 0
  if (run.wait?.deadline == null || running?.startedAt == null) return 0
  const whole = (Date.parse(run.wait.deadline) - Date.parse(running.startedAt)) / 1_000
  return Math.max(0, whole - (running.seconds ?? 0))
}

function PhaseItem({ phase, tone }: { readonly phase: Phase; readonly tone: Tone }) {
  const { name, seconds, running, startedAt, usualSeconds, fact } = phase
  const isSlow = seconds !== null && usualSeconds !== null && seconds > 2 * usualSeconds
  return (
    <li data-tone={tone} className={seconds === null ? styles.unreached : undefined}>
      <div className={styles.phaseName}>{names[name] ?? name}</div>
      <div className={styles.phaseTime}>
        {seconds === null && '—'}
        {seconds !== null && !running && formatDuration(seconds, 'exact')}
        {seconds !== null && running && <Lasting since={startedAt} seconds={seconds} />}
      </div>
      <div className={styles.phaseFact}>
        {fact}
        {isSlow && usualSeconds !== null && `; usually ${formatDuration(usualSeconds)} here`}
      </div>
    </li>
  )
}

/** Whose turn it was, or what came of it: what the run ended by has the colour of the end. */
function phaseTone({ name, running, seconds }: Phase, { gates, run, verdicts }: RunDetail): Tone {
  if (seconds === null || name === 'agent' || name === 'pause') return 'past'
  if (running || name === 'evidence') return 'work'
  const refused = gates.some((gate) => gate.name === name && gate.result === 'refuse')
  const rejected = name === 'judge' && verdicts.some((it) => it.acted && it.decision === 'fail')
  if (refused || rejected) return run.status === 'needs_human' ? 'person' : 'again'
  return 'done'
}
