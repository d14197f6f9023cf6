import { type Kysely, sql } from 'kysely'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { statuses } from '../../run/lifecycle.ts'
import type { DB } from '../postgres/types.generated.ts'

export type EventOutcome = 'recorded' | 'duplicate' | 'ignored' | 'quarantined' | 'refused'

/**
 * What the service counts (contract section 8). Whoever commits something counts it once, after the
 * commit: a metric is never ahead of the truth. Lengths of time are in seconds.
 */
export interface Metrics {
  /** A message arrived. A quarantined one also counts as that. */
  countEvent(source: string, outcome: EventOutcome): void
  decided(decision: {
    readonly outcome: string
    readonly reason: string
    /** From the end of the workflow; null where it is not known. */
    readonly decisionSeconds: number | null
    /** From the receipt of the last signal that was needed; null where nothing was waited for. */
    readonly signalSeconds: number | null
  }): void
  /** A wait is over. */
  waited(what: string, seconds: number): void
  effectSettled(kind: string, outcome: string): void
  judgeCalled(call: {
    readonly model: string
    readonly outcome: string
    readonly tokens: {
      readonly input: number
      readonly cachedInput: number
      readonly output: number
    }
    readonly costUsd: number
  }): void
  githubRequested(api: 'rest' | 'graphql', outcome: string): void
  githubBudgetRemains(points: number): void
  kafkaLags(topic: string, records: number): void
  /**
   * All of them as Prometheus reads them. Where Postgres is away, what is counted from it is left
   * out.
   */
  render(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** From milliseconds with fakes to the hours a review may take. */
const long = [0.5, 1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400]
const short = [0.005, 0.01, 0.025, 0.04, 0.075, 0.15, 0.3, 0.6, 1, 2.5, 5, 15, 60]

export function createMetrics({ db }: { readonly db: Kysely<DB> }): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({
      name: `codex_judge_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [registry],
    })
  const histogram = <L extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly L[],
  ) =>
    new Histogram({
      name: `codex_judge_${name}`,
      help,
      buckets: [...buckets],
      labelNames: [...labelNames],
      registers: [registry],
    })

  const events = counter('events_total', 'Messages that arrived, by what became of them.', [
    'source',
    'outcome',
  ])
  const quarantined = counter(
    'quarantined_total',
    'Messages nobody could read, kept for a person.',
    ['source'],
  )
  const decisions = counter('decisions_total', 'Decisions, by where they ended and why.', [
    'outcome',
    'reason',
  ])
  const decision = histogram(
    'decision_seconds',
    'From the end of the workflow to the decision.',
    long,
    [],
  )
  const signal = histogram(
    'signal_to_decision_seconds',
    'From the receipt of the last needed signal to the committed decision.',
    short,
    [],
  )
  const wait = histogram('wait_seconds', 'How long a run waited, by what for.', long, ['for'])
  const effects = counter('effects_total', 'Effects that were settled, by how.', [
    'kind',
    'outcome',
  ])
  const calls = counter('judge_calls_total', 'Askings of a model, by what came of them.', [
    'model',
    'outcome',
  ])
  const tokens = counter('judge_tokens_total', 'Tokens the models used.', ['model', 'kind'])
  const cost = counter('cost_usd_total', 'What the models cost.', ['model'])
  const requests = counter('github_requests_total', 'Requests to GitHub.', ['api', 'outcome'])
  const gauge: MakeGauge = (name, help, labelNames, collect) =>
    new Gauge({
      name: `codex_judge_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      ...(collect === undefined ? {} : { collect }),
    })
  const budget = gauge('github_budget_remaining', 'Points GitHub still allows this hour.', [])
  // Before GitHub has said anything it is not 0, which would mean that nothing is left.
  budget.remove()
  const lag = gauge('kafka_lag', 'Records of a topic not yet taken.', ['topic'])

  countFromPostgres(db, gauge)

  return {
    countEvent: (source, outcome) => {
      events.inc({ source, outcome })
      if (outcome === 'quarantined') quarantined.inc({ source })
    },
    decided: ({ outcome, reason, decisionSeconds, signalSeconds }) => {
      decisions.inc({ outcome, reason })
      if (decisionSeconds !== null) decision.observe(decisionSeconds)
      if (signalSeconds !== null) signal.observe(signalSeconds)
    },
    waited: (what, seconds) => wait.observe({ for: what }, seconds),
    effectSettled: (kind, outcome) => effects.inc({ kind, outcome }),
    judgeCalled: ({ model, outcome, tokens: used, costUsd }) => {
      calls.inc({ model, outcome })
      tokens.inc({ model, kind: 'input' }, used.input)
      tokens.inc({ model, kind: 'cached_input' }, used.cachedInput)
      tokens.inc({ model, kind: 'output' }, used.output)
      cost.inc({ model }, costUsd)
    },
    githubRequested: (api, outcome) => requests.inc({ api, outcome }),
    githubBudgetRemains: (points) => budget.set(points),
    kafkaLags: (topic, records) => lag.set({ topic }, records),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}

type MakeGauge = <L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[],
  collect?: () => Promise<void>,
) => Gauge<L>

/**
 * What is not counted as it happens but asked of the database at each scrape: no replica knows it
 * alone.
 */
function countFromPostgres(db: Kysely<DB>, gauge: MakeGauge): void {
  // A scrape that fails because Postgres is away would hide the very metrics that say so.
  const fromPostgres = (read: () => Promise<void>, clear: () => void) => () => read().catch(clear)
  const runs = gauge(
    'runs',
    'Runs, by status.',
    ['status'],
    fromPostgres(
      async () => {
        const rows = await db
          .selectFrom('runs')
          .select(({ fn }) => ['status', fn.countAll<number>().as('runs')])
          .groupBy('status')
          .execute()
        const counted = new Map(rows.map((row) => [row.status, row.runs]))
        for (const status of statuses) runs.set({ status }, counted.get(status) ?? 0)
      },
      () => runs.reset(),
    ),
  )
  const oldestEffect = gauge(
    'effect_oldest_seconds',
    'Age of the oldest effect that should be done and is not; 0 without one.',
    [],
    fromPostgres(
      async () => {
        // One that waits for its first try to come (a back-off, a patience) is not late.
        const { rows } = await sql<{ age: number }>`
          select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as age from effects
           where settled_at is null and (tries > 0 or next_try_at <= now())`.execute(db)
        oldestEffect.set(rows[0]?.age ?? 0)
      },
      () => oldestEffect.remove(),
    ),
  )
  const oldestInbox = gauge(
    'inbox_oldest_seconds',
    'For how long the run that was nudged first, and not looked at since, has waited for it; 0 without one.',
    [],
    fromPostgres(
      async () => {
        const { rows } = await sql<{ age: number }>`
          select coalesce(extract(epoch from now() - min(due_at)), 0)::float8 as age from runs
           where due_at <= now() and (looking_until is null or looking_until < now())`.execute(db)
        oldestInbox.set(rows[0]?.age ?? 0)
      },
      () => oldestInbox.remove(),
    ),
  )
}
