import { type RawBuilder, sql } from 'kysely'
import type { Millis } from '../../lib/instant.ts'
import type { Status } from '../../run/lifecycle.ts'

/** Where a run has come to rest: nothing waits, neither for the world nor for a person. */
const settled: readonly Status[] = ['completed', 'needs_iteration', 'superseded', 'closed']

/**
 * The run (`r`, or as it is called there) has been at rest for so long, and nothing it wished for
 * is still to be done.
 */
export const settledSince = (millis: Millis, run = 'r'): RawBuilder<boolean> => sql<boolean>`
  (${sql.ref(`${run}.status`)} in (${sql.join(settled)})
   and ${sql.ref(`${run}.status_since`)} < now() - ${millis} * interval '1 ms'
   and not exists (select from effects w where w.run_id = ${sql.ref(`${run}.id`)} and w.settled_at is null))`
