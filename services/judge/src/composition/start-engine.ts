import { readDigestKey } from '../adapters/postgres/digest-key.ts'
import { createPerform } from '../effects/perform.ts'
import { applyAnswers } from '../engine/escalations/apply-answers.ts'
import { reconcileEscalation } from '../engine/escalations/reconcile-escalation.ts'
import { startAnswering } from '../engine/escalations/start-answering.ts'
import type { ObserveDeps } from '../engine/observe/observe-deps.ts'
import { createReadWork } from '../engine/observe/read-work.ts'
import { startRetention } from '../engine/retention/start-retention.ts'
import { LEASE_SECONDS, startLeases } from '../engine/schedule/leases.ts'
import { createReconcile, type ReconcileDeps } from '../engine/schedule/reconcile.ts'
import { type Jobs, startJobs } from '../engine/schedule/start-jobs.ts'
import { startSweep } from '../engine/schedule/sweep.ts'
import type { Github } from '../github/port.ts'
import { selectMode } from '../policy/merge-policy.ts'
import { createPerformers } from './performers.ts'
import type { Runtime } from './runtime.ts'

/**
 * Wakes runs and effects through the job queue, which starts later than the parts that wake. Until
 * `connect` is called a wakeup is dropped, and the sweep picks up the work.
 */
export interface Wakeups {
  readonly wake: Pick<Jobs, 'wakeRuns' | 'wakeEffects' | 'wakeEffectAfter'>
  connect(jobs: Jobs): void
}

export function createWakeups(): Wakeups {
  let jobs: Jobs | null = null
  return {
    wake: {
      wakeRuns: (ids) => jobs?.wakeRuns(ids),
      wakeEffects: (ids) => jobs?.wakeEffects(ids),
      wakeEffectAfter: (id, wait) => jobs?.wakeEffectAfter(id, wait),
    },
    connect: (started) => {
      jobs = started
    },
  }
}

interface EngineParts {
  readonly observeDeps: ObserveDeps
  readonly github: Github
  readonly wakeups: Wakeups
  /** True while many messages wait to be stored; the job queue then delays reconciliations. */
  readonly isOverloaded: () => boolean
}

/** Starts the leases, the job queue, the sweep, and the periodic tasks. */
export async function startEngine(
  runtime: Runtime,
  { observeDeps, github, wakeups, isOverloaded }: EngineParts,
): Promise<void> {
  const {
    engineDb: db,
    upkeepDb,
    log,
    databaseUrl,
    currentSettings,
    policy,
    mask,
    metrics,
    traces,
    systems,
    stopHooks,
  } = runtime
  const leases = startLeases({ db, log })
  stopHooks.push(leases.stop)
  const { wakeRuns, wakeEffects, wakeEffectAfter } = wakeups.wake
  const reconcile = bindReconcile(runtime, { observeDeps, leases, wakeEffects })
  const perform = createPerform({
    db,
    log,
    performers: createPerformers({
      db,
      currentSettings,
      github,
      mask,
      metrics,
      trace: traces.trace,
      systems,
      runUrl: observeDeps.getRunUrl,
      readWork: createReadWork(db, observeDeps),
      markKey: await readDigestKey(db),
      answerEvery: policy.values.escalation.retry,
    }),
    wakeRuns,
    wakeEffectAfter,
    holdLease: (id) => leases.hold('effect', id),
    leaseSeconds: LEASE_SECONDS.effect,
    getMode: (repository) => selectMode(policy.written.mode, repository),
    mask,
    onOutcome: metrics.countEffect,
    trace: traces.trace,
  })
  const jobs = await startJobs({ databaseUrl, log, reconcile, perform, isOverloaded })
  wakeups.connect(jobs)
  stopHooks.push(jobs.stop)
  const { getRunUrl } = observeDeps
  const escalationDeps = { db, policy: policy.values, getRunUrl, wakeRuns, wakeEffects }
  const actionDeps = {
    ...{ observeDeps, trace: traces.trace, wakeRuns, wakeEffects },
    onDecided: metrics.countPersonDecision,
  }
  const sweep = startSweep({
    db,
    jobs,
    log,
    reconcileEscalation: async (id) => {
      const hasAnswer = await reconcileEscalation(escalationDeps, id)
      if (hasAnswer) await applyAnswers(db, actionDeps, id)
    },
  })
  stopHooks.push(sweep.stop)
  const every = policy.values.escalation.retry
  stopHooks.push(startAnswering({ db, log, github, mask, actionDeps, every }).stop)
  stopHooks.push(startRetention({ db, upkeepDb, retention: policy.values.retention, log }).stop)
}

const bindReconcile = (
  { engineDb: db, log, metrics, traces }: Runtime,
  rest: Pick<ReconcileDeps, 'observeDeps' | 'leases' | 'wakeEffects'>,
): ReturnType<typeof createReconcile> =>
  createReconcile({
    ...rest,
    db,
    log,
    trace: traces.trace,
    onWaitEnded: metrics.observeWait,
    onAgentCost: metrics.countAgentCost,
    onFault: metrics.countFault,
    onDecided: ({ run, now }, end, lateSeconds) =>
      metrics.countDecision({
        outcome: end.status,
        reason: end.reason,
        decisionSeconds:
          run.claims.finishedAt === null ? null : (now - run.claims.finishedAt) / 1000,
        signalSeconds: lateSeconds,
      }),
  })
