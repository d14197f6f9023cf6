import { type RawBuilder, sql } from 'kysely'

/**
 * True where no worker holds the row's lease: it was never taken, was given back, or has expired.
 */
export const isLeaseFree = (
  column: 'looking_until' | 'runs.looking_until' | 'trying_until' | 'effects.trying_until',
): RawBuilder<boolean> => sql<boolean>`(${sql.ref(column)} is null or ${sql.ref(column)} < now())`
