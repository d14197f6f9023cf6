import { type Kysely, sql } from 'kysely'
import { repeating } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { newId } from '../lib/ids.ts'
import { coalesced } from './change.ts'
import { firstOf } from './inbox.ts'
import type { Incoming, Recorded } from './incoming.ts'
import { packBodies } from './pack-bodies.ts'
import { repetitionOf } from './repetitions.ts'

interface Together {
  /**
   * One each, in the order given. Null: what became of it is known only when the others are
   * recorded, so it goes by itself.
   */
  readonly recorded: readonly (Recorded | null)[]
  readonly nudged: readonly string[]
}

/**
 * Does the message's record not depend on the order of others'? What moves a head does: of two
 * pushes the later one counts.
 */
export const isLoose = ({ event }: Incoming): boolean =>
  event === null || (event.kind === 'github.changed' && event.push === null)

/**
 * Records many messages that make no run and move no head in one statement, each exactly as
 * `recordChange` would, or `deliver` where it is none of ours: a busy hour brings webhooks faster
 * than a disk takes commits. Rejects as a whole.
 */
export async function recordChanges(
  db: Kysely<DB>,
  incoming: readonly Incoming[],
): Promise<Together> {
  const messages = incoming.map((one) => ({
    one,
    id: newId(),
    keys: [...new Set(one.keys)].sort(),
  }))
  const taken = new Set<string>()
  const unlike = new Set<Message>()
  for (const message of messages) {
    if (!message.keys.some((key) => taken.has(key))) unlike.add(message)
    for (const key of message.keys) taken.add(key)
  }
  const { fresh, nudged } = await repeating(() => insert(db, [...unlike]))
  const recorded = messages.map(async (message) => {
    if (!unlike.has(message)) return null
    const { one, id: inboxId, keys } = message
    if (!fresh.has(inboxId))
      return firstOf(db, keys, inboxId).then((first) => repetitionOf(one, first))
    return { inboxId, duplicate: false, outcome: outcomeOf(one), runId: null }
  })
  // The others are on disk whatever happens to this one, and must not be told otherwise.
  return { recorded: await Promise.all(recorded.map((one) => one.catch(() => null))), nudged }
}

const outcomeOf = ({ event }: Incoming): Recorded['outcome'] =>
  event === null ? 'ignored' : 'recorded'

interface Message {
  readonly one: Incoming
  readonly id: string
  readonly keys: readonly string[]
}

async function insert(db: Kysely<DB>, messages: readonly Message[]) {
  const { bodies, places } = packBodies(messages.map(({ one }) => one))
  const given = messages.map(({ one, id, keys }, index) => {
    const change = one.event?.kind === 'github.changed' ? one.event : null
    return {
      id,
      source: one.source,
      transport: one.transport,
      because: one.because,
      outcome: outcomeOf(one),
      headers: one.headers,
      keys,
      ...places[index],
      repository: change?.repository.toLowerCase() ?? null,
      signal: change?.signal ?? null,
      decisive: change?.decisive ?? false,
      commits: change?.about.commits ?? [],
      branches: change?.about.branches ?? [],
      pulls: change?.about.pullRequests ?? [],
      issues: change?.about.issues ?? [],
    }
  })
  const { rows } = await sql<{ fresh: string[] | null; nudged: string[] | null }>`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (
        id uuid, source text, transport text, because text, outcome text, headers jsonb, keys text[], begins int, bytes int,
        repository text, signal text, decisive boolean, commits text[], branches text[], pulls int[], issues int[])
    ), claimed as (
      insert into deliveries (key, inbox_id, outcome)
      select key, id, outcome from given, unnest(keys) as key order by key
      on conflict (key) do nothing
      returning inbox_id
    ), fresh as materialized (
      select given.* from given
        left join (select inbox_id, count(*) as keys from claimed group by inbox_id) as mine on mine.inbox_id = given.id
       where coalesce(mine.keys, 0) = cardinality(given.keys)
    ), kept as (
      insert into inbox (id, source, transport, state, because, headers, body)
      select id, source, transport, case outcome when 'ignored' then 'ignored' else 'applied' end, because, headers,
             substring(${bodies}::bytea from begins for bytes)
        from fresh
    ), about as materialized (
      -- One index for each way to name a run; a message that names one in several ways speaks of it once.
      select fresh.id as message, runs.id as run
        from fresh, unnest(commits) as name join runs on commit_sha = name where repository_key = fresh.repository
      union
      select fresh.id, runs.id
        from fresh, unnest(branches) as name join runs on branch = name where repository_key = fresh.repository
      union
      select fresh.id, runs.id
        from fresh, unnest(pulls) as name join runs on pr_number = name where repository_key = fresh.repository
      union
      select fresh.id, runs.id
        from fresh, unnest(issues) as name join runs on issue_number = name where repository_key = fresh.repository
    ), heard as materialized (
      select run, array_agg(signal) as signals, bool_or(decisive) as decisive
        from about join fresh on fresh.id = message group by run
    ), touched as (
      select id from runs
       where id in (select run from heard)
         and status in ('notified', 'run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging')
       order by id
       for update
    ), nudged as (
      update runs
         set nudges = nudges + (
               select count(*) from unnest(heard.signals) as signal
                where waiting_for = '[]'::jsonb
                   or exists (select from jsonb_array_elements(waiting_for) as wait where wait->'wouldChange' ? signal)),
             looks = case when heard.decisive then 0 else looks end,
             due_at = least(due_at, case
               when heard.decisive then now()
               else ${coalesced} end)
        from heard
       where heard.run = runs.id and runs.id in (select id from touched)
      returning runs.id, heard.decisive
    )
    select (select array_agg(id) from fresh) as fresh, (select array_agg(id) from nudged where decisive) as nudged`.execute(
    db,
  )
  return { fresh: new Set(rows[0]?.fresh), nudged: rows[0]?.nudged ?? [] }
}
