import pg from 'pg'
import { Failure, getErrorMessage } from '../../lib/failure.ts'
import { buildSessionLimits, parseRows } from './database.ts'

export interface QueryResult {
  readonly columns: readonly string[]
  /** The values in the order of the columns: with the generated types, or null. */
  readonly rows: readonly (readonly unknown[])[]
  /** There are more rows than these. */
  readonly isCut: boolean
}

/** More than anyone reads; it bounds the memory. */
const MAX_ROWS = 10_000
const limits = { statement: 30_000, lock: 5_000 }

/**
 * Runs one statement that reads, in a transaction that is read only and rolled back. Rejects with
 * `Failure`: `refused` (it does not only read, or PostgreSQL refuses it) or `unavailable`.
 */
export async function queryReadOnly(url: string, statement: string): Promise<QueryResult> {
  const verb = findVerb(statement)
  if (!readingVerbs.has(verb))
    throw new Failure(
      'refused',
      `Only statements that read are allowed (${[...readingVerbs].join(', ')}), not ${verb || 'this'}.`,
    )
  const client = new pg.Client({
    connectionString: url,
    application_name: 'codex-judge sql',
    connectionTimeoutMillis: 5_000,
    ...buildSessionLimits(limits),
    types: parseRows,
  })
  client.on('error', () => {})
  await client.connect().catch((cause: unknown) => {
    throw new Failure('unavailable', `PostgreSQL is not reached: ${getErrorMessage(cause)}`, {
      cause,
    })
  })
  try {
    await client.query('begin transaction read only')
    return await read(client, statement, verb)
  } catch (cause) {
    throw new Failure('refused', getErrorMessage(cause), { cause })
  } finally {
    // What is left of the transaction ends with the connection.
    await client.end()
  }
}

/** A cursor for what may have many rows. `explain` and `show` have few, and take none. */
async function read(client: pg.Client, statement: string, verb: string): Promise<QueryResult> {
  // The extended protocol takes one statement only, so none can follow that ends the transaction.
  const ask = (text: string) =>
    client.query<unknown[]>({
      text,
      rowMode: 'array',
      queryMode: 'extended',
    } as pg.QueryArrayConfig)
  const hasCursor = verb !== 'explain' && verb !== 'show'
  if (hasCursor) await ask(`declare answer no scroll cursor for ${statement}`)
  const { fields, rows } = await ask(hasCursor ? `fetch ${MAX_ROWS + 1} from answer` : statement)
  return {
    columns: fields.map(({ name }) => name),
    rows: rows.slice(0, MAX_ROWS),
    isCut: rows.length > MAX_ROWS,
  }
}

/** `copy` and functions of a superuser write files even in a transaction that is read only. */
const readingVerbs: ReadonlySet<string> = new Set([
  'select',
  'with',
  'table',
  'values',
  'explain',
  'show',
])

/** The first word of a statement, behind its comments and parentheses. */
const findVerb = (statement: string): string =>
  /^(?:\s|\(|--[^\n]*\n|\/\*[\s\S]*?\*\/)*([a-z]+)/i.exec(statement)?.[1]?.toLowerCase() ?? ''
