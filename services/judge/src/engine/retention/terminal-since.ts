import { type RawBuilder, sql } from 'kysely'
import type { Millis } from '../../lib/instant.ts'
import type { Status } from '../../run/lifecycle.ts'

/** The statuses that need nothing more, from external systems or from a person. */
const finalStatuses: readonly Status[] = ['completed', 'needs_iteration', 'superseded', 'closed']

/**
 * The condition that a run (named `r` in the query, unless `run` says otherwise) has needed nothing
 * for this long, and that all its effects are settled.
 */
export const terminalSince = (millis: Millis, run = 'r'): RawBuilder<boolean> => sql<boolean>`
  (${sql.ref(`${run}.status`)} in (${sql.join(finalStatuses)})
   and ${sql.ref(`${run}.status_since`)} < now() - ${millis} * interval '1 ms'
   and not exists (
     select from effects e where e.run_id = ${sql.ref(`${run}.id`)} and e.settled_at is null))`
