import fc from 'fast-check'
import type { Policy } from '../../services/judge/src/policy/policy.ts'
import { model, shipped } from './accepted-facts.ts'

/** Policies of many kinds, built from the shipped one, because reading a file each time is slow. */
export const policies: fc.Arbitrary<Policy> = fc
  .record({
    models: fc.constantFrom<readonly string[]>([model], [], [model, 'anthropic/claude', 'codex']),
    max: fc.integer({ min: 1, max: 4 }),
    infrastructure_max: fc.integer({ min: 0, max: 4 }),
    same: fc.integer({ min: 2, max: 4 }),
    allow_empty: fc.boolean(),
    rerun_failed_once: fc.boolean(),
    enabled: fc.boolean(),
    wait: fc.constantFrom(0, 1_000, 3_600_000),
    weakened: fc.constantFrom('needs_iteration' as const, 'needs_human' as const, 'off' as const),
    found: fc.constantFrom('needs_human' as const, 'needs_iteration' as const),
  })
  .map(({ models, max, infrastructure_max, same, wait, weakened, found, ...over }) => ({
    ...shipped,
    judge: { ...shipped.judge, models },
    attempts: { ...shipped.attempts, max, infrastructure_max },
    no_progress: { same_failure: same, same_diff: same },
    diff: { ...shipped.diff, allow_empty: over.allow_empty },
    tests: { ...shipped.tests, weakened },
    secrets: { found },
    ci: { ...shipped.ci, rerun_failed_once: over.rerun_failed_once, wait },
    patience: { ...shipped.patience, github: wait, artifacts: wait },
    status: { ...shipped.status, enabled: over.enabled },
  }))
