import { sql, type Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { isOfContent } from './inbox.ts'
import type { Incoming, Recorded } from './incoming.ts'

interface Known {
  readonly key: string
  readonly inbox_id: string
  readonly run_id: string | null
  readonly outcome: string
}

/**
 * Of the messages of a batch, those of which some identity was here before the batch, each with the
 * answer of the message that came first. Their new identities are given to that message, as
 * `firstOf` does for one: after a crash a whole batch comes again.
 */
export async function findRepetitions(
  trx: Transaction<DB>,
  incoming: readonly Incoming[],
): Promise<ReadonlyMap<Incoming, Recorded>> {
  const keys = [...new Set(incoming.flatMap((one) => one.keys))]
  const { rows } = await sql<Known>`
    select key, inbox_id, run_id, outcome from deliveries where key = any(${keys}::text[]) order by first_at`.execute(
    trx,
  )
  if (rows.length === 0) return new Map()
  const known = new Map(rows.map((row) => [row.key, row]))
  const found = incoming.flatMap((one) => {
    const mine = new Set(one.keys)
    const first = rows.find(({ key }) => mine.has(key))
    if (first === undefined) return []
    const sameValue = [...mine].some((key) => known.has(key) && isOfContent(key))
    return [
      {
        one,
        first,
        others: [...mine].filter((key) => !known.has(key) && (sameValue || !isOfContent(key))),
      },
    ]
  })
  const given = found
    .flatMap(({ first: { inbox_id, run_id, outcome }, others }) =>
      others.map((key) => ({ key, inbox_id, run_id, outcome })),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  if (given.length > 0) {
    await sql`
      insert into deliveries (key, inbox_id, run_id, outcome)
      select key, inbox_id, run_id, outcome
        from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (key text, inbox_id uuid, run_id uuid, outcome text)
      on conflict (key) do nothing`.execute(trx)
  }
  return new Map(found.map(({ one, first }) => [one, repetitionOf(one, first)]))
}

/** What a repetition is answered: what became of the message that came first. */
export const repetitionOf = (
  { event }: Incoming,
  { inbox_id: inboxId, run_id: runId, outcome }: Omit<Known, 'key'>,
): Recorded =>
  event?.kind === 'github.changed'
    ? { inboxId, duplicate: true, outcome: 'recorded', runId: null }
    : { inboxId, duplicate: true, outcome: outcome === 'recorded' ? 'recorded' : 'ignored', runId }
