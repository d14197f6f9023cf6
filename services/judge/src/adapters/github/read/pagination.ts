import { Failure } from '../../../lib/failure.ts'
import type { CommitSha } from '../../../run/run.ts'
import { commitSha } from '../../../run/run.ts'
import { type Connection, ownerAndName } from '../client/connection.ts'
import { ask, demand, isAbsence } from '../client/graphql.ts'
import { entries, type Page } from './answers.ts'
import { snapshotOptional } from './queries.ts'

/**
 * Thrown within the adapter when the reading must begin anew: mostly as a page shows another head
 * or base than the first.
 */
export class Moved extends Error {}

/** The pull request being read, and the commits that every page must still name. */
export interface Reading {
  readonly connection: Connection
  readonly repository: string
  readonly number: number
  readonly head: CommitSha | null
  readonly base: CommitSha
  readonly required: boolean
  readonly signal: AbortSignal
  readonly what: string
}

interface Fence {
  readonly repository: {
    readonly pullRequest: { readonly headRefOid: string; readonly baseRefOid: string } | null
  } | null
}

/** One list, and where a page of it stands in the answer to its query. */
export interface ListOf<T, Data> {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly pick: (data: Data) => Page<T> | null | undefined
}

/** More than any pull request has: what pages further is paging in a circle. */
const maxPages = 100

/**
 * All entries of a list whose first page is at hand. Each further page re-reads head and base and
 * throws `Moved` where they are others, so that the parts of one snapshot are one world.
 */
export async function readRest<T, Data extends object>(
  reading: Reading,
  first: Page<T> | null | undefined,
  list: ListOf<T, Data>,
): Promise<readonly T[]> {
  const all = [...entries(first, reading.what)]
  let page = first
  for (let count = 1; page?.pageInfo.hasNextPage; count += 1) {
    const after = page.pageInfo.endCursor
    if (!after || count >= maxPages)
      throw new Failure('unavailable', `GitHub: ${reading.what}: the list has no end`)
    page = await readPage(reading, list, after)
    all.push(...entries(page, reading.what))
  }
  return all
}

/**
 * One page of a list, from the cursor (null: from its beginning), if the world is still the one of
 * the first page.
 */
export async function readPage<T, Data extends object>(
  reading: Reading,
  { query, variables, pick }: ListOf<T, Data>,
  after: string | null,
): Promise<Page<T> | null> {
  const { connection, repository, number, required, signal, what } = reading
  const { owner, name } = ownerAndName(repository)
  const declared = query.includes('$required') ? { required } : {}
  const call = {
    repository,
    query,
    variables: { owner, name, number, after, ...declared, ...variables },
    what,
  }
  const { data, errors } = await ask<Data & Fence>(connection, call, signal)
  if (required && errors.some((error) => error.path.at(-1) === 'isRequired' && isAbsence(error))) {
    connection.withoutRequired.add(repository)
    throw new Moved(`${what}: this server does not say what is required`)
  }
  demand(errors, snapshotOptional, what)
  const seen = data.repository?.pullRequest
  const head = commitSha(seen?.headRefOid)
  if (head !== reading.head || commitSha(seen?.baseRefOid) !== reading.base)
    throw new Moved(`${what}: the head or base moved`)
  return pick(data) ?? null
}
