import { collectDefaultMetrics, Registry } from 'prom-client'
import { type DatabaseGaugesDeps, registerDatabaseGauges } from './database-gauges.ts'
import { createGaugeFactory, createInstruments } from './instruments.ts'

export type EventOutcome = 'recorded' | 'duplicate' | 'ignored' | 'quarantined' | 'refused'

/**
 * The metrics of the service (docs/contract.md, "Metrics"). An event is counted once, after its
 * commit, so a metric is never ahead of the database. Durations are in seconds.
 */
export interface Metrics {
  /** Counts a received message, and a quarantined one in its own metric as well. */
  countEvent(source: string, outcome: EventOutcome): void
  countDecision(decision: {
    readonly outcome: string
    readonly reason: string
    /** From the end of the workflow; null if that is unknown. */
    readonly decisionSeconds: number | null
    /** From the receipt of the last needed signal; null if the run did not wait. */
    readonly signalSeconds: number | null
  }): void
  /** Counts a decision of a person, which has no duration. */
  countPersonDecision(decision: { readonly status: string; readonly reason: string }): void
  /** Counts a reconciliation that failed, and a run that is given up because of it. */
  countFault(outcome: string): void
  /** Records a wait that ended. */
  observeWait(what: string, seconds: number): void
  countEffect(kind: string, outcome: string): void
  countJudgeCall(call: {
    readonly model: string
    readonly outcome: string
    readonly tokens: {
      readonly input: number
      readonly cachedInput: number
      readonly output: number
    }
    readonly costUsd: number
  }): void
  countAgentCost(usd: number): void
  countGithubRequest(api: 'rest' | 'graphql', outcome: string): void
  setGithubBudget(points: number): void
  setKafkaLag(topic: string, records: number): void
  /** The records not read yet, by topic, as measured last. */
  getKafkaLag(): Readonly<Record<string, number>>
  /** The metrics in Prometheus' format, without those of the database if it is unavailable. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** The model by which policy lists the price of the agent. */
const AGENT = 'codex'

export function createMetrics(database: DatabaseGaugesDeps): Metrics {
  const registry = new Registry()
  const lags = new Map<string, number>()
  collectDefaultMetrics({ register: registry })
  const instruments = createInstruments(registry)
  registerDatabaseGauges(database, createGaugeFactory(registry))
  const { events, quarantined, decisions, decision, signal, wait, effects } = instruments
  const { calls, tokens, cost, requests, budget, lag, faults } = instruments
  return {
    countEvent: (source, outcome) => {
      events.inc({ source, outcome })
      if (outcome === 'quarantined') quarantined.inc({ source })
    },
    countDecision: ({ outcome, reason, decisionSeconds, signalSeconds }) => {
      decisions.inc({ outcome, reason })
      if (decisionSeconds !== null) decision.observe(decisionSeconds)
      if (signalSeconds !== null) signal.observe(signalSeconds)
    },
    countPersonDecision: ({ status, reason }) => decisions.inc({ outcome: status, reason }),
    countFault: (outcome) => faults.inc({ outcome }),
    observeWait: (what, seconds) => wait.observe({ for: what }, seconds),
    countEffect: (kind, outcome) => effects.inc({ kind, outcome }),
    countJudgeCall: ({ model, outcome, tokens: used, costUsd }) => {
      calls.inc({ model, outcome })
      tokens.inc({ model, kind: 'input' }, used.input)
      tokens.inc({ model, kind: 'cached_input' }, used.cachedInput)
      tokens.inc({ model, kind: 'output' }, used.output)
      cost.inc({ model }, costUsd)
    },
    countAgentCost: (usd) => cost.inc({ model: AGENT }, usd),
    countGithubRequest: (api, outcome) => requests.inc({ api, outcome }),
    setGithubBudget: (points) => budget.set(points),
    setKafkaLag: (topic, records) => {
      lags.set(topic, records)
      lag.set({ topic }, records)
    },
    getKafkaLag: () => Object.fromEntries(lags),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}
