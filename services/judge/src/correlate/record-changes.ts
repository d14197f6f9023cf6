import { type Kysely, sql, type Transaction } from 'kysely'
import { retryConflicts } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { GithubChanged } from '../run/event.ts'
import { findFirstDelivery, toDuplicateResult } from './find-duplicates.ts'
import type { InboundMessage, RecordResult } from './messages.ts'
import { moveHead } from './move-head.ts'
import { nudgeBases } from './nudge-bases.ts'
import { nudgeRuns } from './nudge-runs.ts'
import { defineMessages, type MessageRow, storeMessages, toMessageRow } from './store-messages.ts'

/*
 * A webhook never decides, and neither does a foreign message: recording it stores its
 * bytes and keys, moves the head of a branch, and nudges every open run it may be about. The run
 * reads what is true from GitHub's API. All of it is one statement, for one message or for many:
 * a busy hour brings webhooks faster than a disk takes commits.
 */

/** Whether the message is a webhook or foreign: it creates and merges no run. */
export const isChange = ({ event }: InboundMessage): boolean =>
  event === null || event.kind === 'github.changed'

/**
 * Whether the message may be recorded in any order among others. One that moves a head may not: of
 * two pushes the later one counts.
 */
export const isOrderIndependent = ({ event }: InboundMessage): boolean =>
  event === null || (event.kind === 'github.changed' && event.push === null)

const getChange = ({ event }: InboundMessage): GithubChanged | null =>
  event?.kind === 'github.changed' ? event : null

/** Records one message. `nudged` are the runs that should be reconciled at once. */
export async function recordChange(
  db: Kysely<DB> | Transaction<DB>,
  message: InboundMessage,
): Promise<{ readonly result: RecordResult; readonly nudged: readonly string[] }> {
  const row = toChangeRow(message)
  const { stored, nudged } = await storeChanges(db, [row], getChange(message))
  return { result: await toResult(db, { message, row, stored }), nudged }
}

/**
 * Records many order-independent messages, each exactly as `recordChange` would; rejects as a
 * whole. A result is null if it depends on another message of the batch or could not be read: the
 * message must then be recorded alone.
 */
export async function recordChanges(
  db: Kysely<DB>,
  messages: readonly InboundMessage[],
): Promise<{
  readonly results: readonly (RecordResult | null)[]
  readonly nudged: readonly string[]
}> {
  const taken = new Set<string>()
  const rows = messages.map((message): ChangeRow | null => {
    const row = toChangeRow(message)
    const isDistinct = !row.keys.some((key) => taken.has(key))
    for (const key of row.keys) taken.add(key)
    return isDistinct ? row : null
  })
  const distinct = rows.filter((row) => row !== null)
  const { stored, nudged } = await retryConflicts(() => storeChanges(db, distinct, null))
  const results = messages.map(async (message, index) => {
    const row = rows[index]
    // The others are stored whatever happens to this one, so the batch must not be rejected.
    return row ? toResult(db, { message, row, stored }).catch(() => null) : null
  })
  return { results: await Promise.all(results), nudged }
}

interface ChangeRow extends MessageRow {
  /** Null for a foreign message, whose fields below are empty. */
  readonly repository: string | null
  readonly signal: string | null
  readonly decisive: boolean
  readonly reconsiders: boolean
  readonly answers: boolean
  readonly commits: readonly string[]
  readonly branches: readonly string[]
  readonly pulls: readonly number[]
  readonly issues: readonly number[]
}

const changeColumns = sql`,
        repository text, signal text, decisive boolean, reconsiders boolean, answers boolean,
        commits text[], branches text[], pulls int[], issues int[]`

function toChangeRow(message: InboundMessage): ChangeRow {
  const change = getChange(message)
  return {
    ...toMessageRow(message),
    repository: change?.repository.toLowerCase() ?? null,
    signal: change?.signal ?? null,
    decisive: change?.decisive ?? false,
    reconsiders: change?.reconsiders ?? false,
    answers: change?.answers ?? false,
    commits: change?.about.commits ?? [],
    branches: change?.about.branches ?? [],
    pulls: change?.about.pullRequests ?? [],
    issues: change?.about.issues ?? [],
  }
}

/** Comments that may answer a question are looked through at once. */
const lookForAnswers = sql`looked as (
      update escalation_runs set comments_at = now()
        from stored, unnest(pulls) as name join runs on pr_number = name
       where answers and repository_key = stored.repository and escalation_runs.run_id = runs.id
         and left_at is null)`

interface StoredChanges {
  /** The inbox ids of the messages that were new. */
  readonly stored: ReadonlySet<string>
  readonly nudged: readonly string[]
}

async function storeChanges(
  db: Kysely<DB> | Transaction<DB>,
  rows: readonly ChangeRow[],
  mover: GithubChanged | null,
): Promise<StoredChanges> {
  const { given, bodies } = defineMessages(rows, changeColumns)
  const answers = rows.some((row) => row.answers) ? sql`, ${lookForAnswers}` : sql``
  const head = mover?.push ? sql`, ${moveHead(mover.repository.toLowerCase(), mover.push)}` : sql``
  const { rows: found } = await sql<{ stored: string[] | null; nudged: string[] | null }>`
    with ${given}, ${storeMessages(sql.ref('given'), bodies, 'skip')}, ${nudgeRuns}, ${nudgeBases}${answers}${head}
    select (select array_agg(inbox_id) from stored) as stored,
           (select array_agg(id) from nudged where decisive) as nudged`.execute(db)
  return { stored: new Set(found[0]?.stored), nudged: found[0]?.nudged ?? [] }
}

async function toResult(
  db: Kysely<DB> | Transaction<DB>,
  {
    message,
    row,
    stored,
  }: {
    readonly message: InboundMessage
    readonly row: ChangeRow
    readonly stored: ReadonlySet<string>
  },
): Promise<RecordResult> {
  if (!stored.has(row.inbox_id)) return toDuplicateResult(message, await findFirstDelivery(db, row))
  const outcome = message.event === null ? 'ignored' : 'recorded'
  return { inboxId: row.inbox_id, duplicate: false, outcome, runId: null }
}
