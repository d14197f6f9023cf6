import { createPerform } from '../effects/perform.ts'
import type { Outside } from '../engine/observe/observe-deps.ts'
import { startRetention } from '../engine/retention/start-retention.ts'
import { type Jobs, startJobs } from '../engine/schedule/jobs.ts'
import { LEASE_SECONDS, startLeases } from '../engine/schedule/leases.ts'
import { createTick } from '../engine/schedule/reconcile.ts'
import { startSweep } from '../engine/schedule/sweep.ts'
import type { Github } from '../github/port.ts'
import { modeFor } from '../policy/merge.ts'
import { createPerformers } from './performers.ts'
import type { Foundation } from './runtime.ts'

/**
 * Bells are handed out before there is a queue to ring them in; what is rung until then, the sweep
 * finds.
 */
export interface Bells {
  readonly ring: Pick<Jobs, 'ringRuns' | 'ringEffects' | 'ringEffectLater'>
  hang(jobs: Jobs): void
}

export function createBells(): Bells {
  let jobs: Jobs | null = null
  return {
    ring: {
      ringRuns: (ids) => jobs?.ringRuns(ids),
      ringEffects: (ids) => jobs?.ringEffects(ids),
      ringEffectLater: (id, wait) => jobs?.ringEffectLater(id, wait),
    },
    hang: (hung) => {
      jobs = hung
    },
  }
}

interface Turning {
  readonly outside: Outside
  readonly github: Github
  readonly bells: Bells
  /** True while many wait to be taken in: looks step back then. */
  readonly crowded: () => boolean
}

/**
 * Starts what looks at runs and carries out their effects: leases, bells, the sweep, and the
 * chores.
 */
export async function startClockwork(
  foundation: Foundation,
  { outside, github, bells, crowded }: Turning,
): Promise<void> {
  const {
    clockworkDb: db,
    log,
    databaseUrl,
    settings,
    policy,
    mask,
    metrics,
    traces,
    stops,
  } = foundation
  const leases = startLeases({ db, log })
  stops.push(leases.stop)
  const { ringRuns, ringEffects, ringEffectLater } = bells.ring
  const tick = tickOf(foundation, { outside, leases, ring: ringEffects })
  const perform = createPerform({
    db,
    log,
    performers: createPerformers({
      db,
      settings,
      github,
      mask,
      metrics,
      trace: traces.trace,
      runUrl: outside.runUrl,
    }),
    ring: ringRuns,
    ringLater: ringEffectLater,
    hold: (id) => leases.hold('effect', id),
    leaseSeconds: LEASE_SECONDS.effect,
    modeOf: (repository) => modeFor(policy.written.mode, repository),
    mask,
    counted: metrics.effectSettled,
    trace: traces.trace,
  })
  const jobs = await startJobs({ databaseUrl, log, tick, perform, crowded })
  bells.hang(jobs)
  stops.push(jobs.stop)
  stops.push(startSweep({ db, jobs, log }).stop)
  stops.push(startRetention({ db, retention: policy.values.retention, log }).stop)
}

type TickDeps = Parameters<typeof createTick>[0]

const tickOf = (
  { clockworkDb: db, log, metrics, traces }: Foundation,
  rest: Pick<TickDeps, 'outside' | 'leases' | 'ring'>,
): ReturnType<typeof createTick> =>
  createTick({
    ...rest,
    db,
    log,
    trace: traces.trace,
    waited: metrics.waited,
    decided: ({ run, now }, end, lateSeconds) =>
      metrics.decided({
        outcome: end.status,
        reason: end.reason,
        decisionSeconds:
          run.claims.finishedAt === null ? null : (now - run.claims.finishedAt) / 1000,
        signalSeconds: lateSeconds,
      }),
  })
