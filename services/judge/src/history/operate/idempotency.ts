import { type Kysely, sql, type Transaction } from 'kysely'
import { transact } from '../../adapters/postgres/transact.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { digestOf, sha256 } from '../../lib/ids.ts'
import { Problem, problemBody, problemCodes } from '../../lib/problem.ts'

/**
 * What a write by a person answers: said again, word for word, to whoever repeats it under the same
 * key.
 */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** An answer, and what is to be done once it is true. */
export interface Done extends Answer {
  readonly afterCommit?: (() => void) | undefined
}

export interface Wish {
  /** The method and path that was asked: a key means something on one route only. */
  readonly route: string
  /** The `Idempotency-Key`; null: none was sent. */
  readonly key: string | null
  readonly body: unknown
}

/**
 * Problems that say how the world is, and so are an answer like any other; all else may go better
 * the next time.
 */
const settled: ReadonlySet<string> = new Set(['not_found', 'conflict', 'invalid'])

/**
 * Carries a wish out once, in one transaction with the record of its answer: neither a crash nor a
 * rival with the same key can make it happen twice. A repetition within 24 hours gets the first
 * answer, also where that was a refusal; the same key with another body is `invalid`.
 *
 * Wishes with a key are carried out one at a time in this process: each holds a connection while
 * its work may take another, and a pool full of those that wait would wait for ever.
 */
export function createOnce(db: Kysely<DB>) {
  let turn: Promise<unknown> = Promise.resolve()
  return async (wish: Wish, work: (trx: Transaction<DB>) => Promise<Done>): Promise<Answer> => {
    const { key } = wish
    if (key === null) return finish(await transact(db, work))
    const mine = turn.then(() => transact(db, (trx) => keyed(trx, { ...wish, key }, work)))
    turn = mine.catch(() => undefined)
    return finish(await mine)
  }
}
export type Once = ReturnType<typeof createOnce>

/** Keeps the locks of keys apart from all others that are hashed. */
const KEY_SEED = 2_106_005

const finish = ({ afterCommit, ...answer }: Done): Answer => {
  afterCommit?.()
  return answer
}

/** As a text within the JSON: a value would come back with its keys in another order. */
const kept = (body: unknown): string => JSON.stringify(JSON.stringify(body))
const readBack = (response: unknown): unknown =>
  typeof response === 'string' ? JSON.parse(response) : response

async function keyed(
  trx: Transaction<DB>,
  { route, key, body }: Wish & { readonly key: string },
  work: (trx: Transaction<DB>) => Promise<Done>,
): Promise<Done> {
  // In a statement of its own: what the rival wrote is seen only by statements that begin after its
  // commit.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${route} ${key}`}, ${KEY_SEED}))`.execute(
    trx,
  )
  await sql`delete from idempotency where at < now() - interval '24 hours'`.execute(trx)
  const digest = body === undefined ? sha256('') : digestOf(body)
  const first = await trx
    .selectFrom('idempotency')
    .selectAll()
    .where('route', '=', route)
    .where('key', '=', key)
    .executeTakeFirst()
  if (first !== undefined) {
    if (first.request_digest === digest)
      return { status: first.status, body: readBack(first.response) }
    throw new Problem('invalid', 'This Idempotency-Key was used with another body.', {
      extra: {
        errors: [
          { path: '', message: 'differs from the body this Idempotency-Key came with first' },
        ],
      },
    })
  }
  await sql`savepoint work`.execute(trx)
  const answer = await work(trx).catch(async (error: unknown): Promise<Done> => {
    if (!(error instanceof Problem) || !settled.has(error.code)) throw error
    await sql`rollback to savepoint work`.execute(trx)
    return { status: problemCodes[error.code].status, body: problemBody(error) }
  })
  await trx
    .insertInto('idempotency')
    .values({
      route,
      key,
      request_digest: digest,
      status: answer.status,
      response: kept(answer.body),
    })
    .execute()
  return answer
}
