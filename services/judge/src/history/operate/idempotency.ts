import { type Kysely, sql, type Transaction } from 'kysely'
import { transact } from '../../adapters/postgres/transact.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { hashJson, sha256 } from '../../lib/ids.ts'
import { limitConcurrency } from '../../lib/limit-concurrency.ts'
import { buildProblemBody, Problem, problemCodes } from '../../lib/problem.ts'

/** The response of a write; a repetition with the same key gets the same bytes. */
export interface IdempotentResponse {
  readonly status: number
  readonly body: unknown
}

/** A response, and what to do after its transaction has committed. */
export interface CommittedResponse extends IdempotentResponse {
  readonly afterCommit?: (() => void) | undefined
}

export type RequestWork = (trx: Transaction<DB>) => Promise<CommittedResponse>

export interface IdempotentRequest {
  /**
   * Method and path, spelled as the route is registered: a key is only valid for one route, and
   * another spelling of the path is the same route.
   */
  readonly route: string
  /** The `Idempotency-Key`, or null if none was sent. */
  readonly key: string | null
  readonly body: unknown
}

/** Problems that are stored like any response; any other may not occur on the next try. */
const repeatedProblems: ReadonlySet<string> = new Set(['not_found', 'conflict', 'invalid'])

/**
 * Executes a request once, in one transaction with the record of its response, so that neither a
 * crash nor a concurrent request with the same key can execute it twice. A repetition within 24
 * hours gets the first response, also if that was a problem; the same key with another body is
 * `invalid`.
 *
 * Only a few run at a time in this process: they share the connections of the messages, and many at
 * once would wait for one lock.
 */
export function createIdempotentExecutor(db: Kysely<DB>) {
  const limit = limitConcurrency(MAX_AT_A_TIME)
  return async (request: IdempotentRequest, work: RequestWork): Promise<IdempotentResponse> => {
    const { key } = request
    const execute: RequestWork =
      key === null ? work : (trx) => executeWithKey(trx, { ...request, key }, work)
    return runAfterCommit(await limit(() => transact(db, execute)))
  }
}

const MAX_AT_A_TIME = 4

/** Separates these advisory locks from all others that are hashed. */
const LOCK_SEED = 2_106_005

const runAfterCommit = ({ afterCommit, ...response }: CommittedResponse): IdempotentResponse => {
  afterCommit?.()
  return response
}

/** A JSON string within JSON: jsonb would reorder the keys of an object. */
const encodeBody = (body: unknown): string => JSON.stringify(JSON.stringify(body))
const decodeBody = (response: unknown): unknown =>
  typeof response === 'string' ? JSON.parse(response) : response

async function executeWithKey(
  trx: Transaction<DB>,
  { route, key, body }: IdempotentRequest & { readonly key: string },
  work: RequestWork,
): Promise<CommittedResponse> {
  // A separate statement: only statements that begin after a concurrent commit see what it wrote.
  const lock = sql`hashtextextended(${`${route} ${key}`}, ${LOCK_SEED})`
  await sql`select pg_advisory_xact_lock(${lock})`.execute(trx)
  await sql`delete from idempotency where at < now() - interval '24 hours'`.execute(trx)
  const digest = body === undefined ? sha256('') : hashJson(body)
  const first = await trx
    .selectFrom('idempotency')
    .selectAll()
    .where('route', '=', route)
    .where('key', '=', key)
    .executeTakeFirst()
  if (first !== undefined) {
    if (first.request_digest === digest)
      return { status: first.status, body: decodeBody(first.response) }
    throw new Problem('invalid', 'This Idempotency-Key was already used with a different body.', {
      extra: {
        errors: [{ path: '', message: 'differs from the body of the first request with this key' }],
      },
    })
  }
  await sql`savepoint work`.execute(trx)
  const response = await work(trx).catch(async (error: unknown): Promise<CommittedResponse> => {
    if (!(error instanceof Problem) || !repeatedProblems.has(error.code)) throw error
    await sql`rollback to savepoint work`.execute(trx)
    return { status: problemCodes[error.code].status, body: buildProblemBody(error) }
  })
  await trx
    .insertInto('idempotency')
    .values({
      route,
      key,
      request_digest: digest,
      status: response.status,
      response: encodeBody(response.body),
    })
    .execute()
  return response
}
