import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** The prefix of every metric of the service. */
const PREFIX = 'codex_judge_'

/** In seconds: from the milliseconds of a simulation to the hours of a review. */
const longBuckets = [0.5, 1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400]
const shortBuckets = [0.005, 0.01, 0.025, 0.04, 0.075, 0.15, 0.3, 0.6, 1, 2.5, 5, 15, 60]

/** Registers the metrics that each replica counts itself. */
export function createInstruments(registry: Registry) {
  const registers = [registry]
  const createCounter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers })
  const createHistogram = <L extends string>(
    name: string,
    help: string,
    { buckets, labelNames }: { buckets: number[]; labelNames: L[] },
  ) => new Histogram({ name: `${PREFIX}${name}`, help, buckets, labelNames, registers })
  const createGauge = createGaugeFactory(registry)

  const instruments = {
    events: createCounter('events_total', 'Received messages by outcome.', ['source', 'outcome']),
    quarantined: createCounter('quarantined_total', 'Messages that could not be parsed.', [
      'source',
    ]),
    decisions: createCounter('decisions_total', 'Decisions by outcome and reason.', [
      'outcome',
      'reason',
    ]),
    decision: createHistogram(
      'decision_seconds',
      'Time from the end of the workflow to the decision.',
      { buckets: longBuckets, labelNames: [] },
    ),
    signal: createHistogram(
      'signal_to_decision_seconds',
      'Time from the receipt of the last needed signal to the committed decision.',
      { buckets: shortBuckets, labelNames: [] },
    ),
    faults: createCounter('reconcile_faults_total', 'Reconciliations that failed, by outcome.', [
      'outcome',
    ]),
    wait: createHistogram('wait_seconds', 'How long runs waited, by what for.', {
      buckets: longBuckets,
      labelNames: ['for'],
    }),
    effects: createCounter('effects_total', 'Settled effects by kind and outcome.', [
      'kind',
      'outcome',
    ]),
    calls: createCounter('judge_calls_total', 'Calls of models by outcome.', ['model', 'outcome']),
    tokens: createCounter('judge_tokens_total', 'Tokens that the models used.', ['model', 'kind']),
    cost: createCounter('cost_usd_total', 'The cost of the models and the agent in US dollars.', [
      'model',
    ]),
    requests: createCounter('github_requests_total', 'Requests to GitHub.', ['api', 'outcome']),
    budget: createGauge('github_budget_remaining', 'Points left of the hourly GitHub budget.', []),
    lag: createGauge('kafka_lag', 'Records of a topic that were not consumed yet.', ['topic']),
  }
  // Until GitHub's first answer there is no value, because 0 would mean an exhausted budget.
  instruments.budget.remove()
  return instruments
}

export type CreateGauge = <L extends string>(
  name: string,
  help: string,
  labelNames: L[],
  collect?: () => Promise<void>,
) => Gauge<L>

export const createGaugeFactory =
  (registry: Registry): CreateGauge =>
  (name, help, labelNames, collect) =>
    new Gauge({
      name: `${PREFIX}${name}`,
      help,
      labelNames,
      registers: [registry],
      ...(collect === undefined ? {} : { collect }),
    })
