import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/**
 * What the dispatcher counts. Each app has its own registry, so that two in one process do not mix.
 */
export function metrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    tasks: new Counter({
      name: 'codex_dispatcher_tasks_total',
      help: 'Tasks that were received, by stage and how they were answered: started, duplicate, or the code of the problem.',
      labelNames: ['stage', 'outcome'],
      registers: [registry],
    }),
    argo: new Histogram({
      name: 'codex_dispatcher_argo_seconds',
      help: 'Requests to the Argo server, by what they were about and how they ended.',
      labelNames: ['operation', 'outcome'],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
      registers: [registry],
    }),
  }
}

export type Metrics = ReturnType<typeof metrics>
