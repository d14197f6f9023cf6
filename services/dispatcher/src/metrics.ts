import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** The metrics of one app, in a registry of its own: two apps in one process stay separate. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    tasks: new Counter({
      name: 'codex_dispatcher_tasks_total',
      help: 'Tasks received, by stage and outcome: started, duplicate, or the problem code.',
      labelNames: ['stage', 'outcome'],
      registers: [registry],
    }),
    argo: new Histogram({
      name: 'codex_dispatcher_argo_seconds',
      help: 'Requests to the Argo server, by operation and outcome.',
      labelNames: ['operation', 'outcome'],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
      registers: [registry],
    }),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
