import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { statuses } from '../../run/lifecycle.ts'
import { reasons } from '../../run/reasons.ts'
import {
  escapeLikePattern,
  parsePositiveInteger,
  type Query,
  readAmountParam,
  readChoicesParam,
  readLimitParam,
  readNumberParam,
  readTextParam,
  readTimeParam,
} from '../http/query.ts'
import type { RunView } from '../http/run-schemas.ts'
import { presentRuns, type RunReader } from './present-run.ts'
import { selectListed } from './run-columns.ts'
import { formatCursor, parseCursor, type RunCursor } from './run-cursor.ts'

/*
 * The list of runs uses keyset paging, so page 20,000 costs as much as page 1.
 *
 * The total is exact only up to `MAX_COUNTED_RUNS`; `totalIsExact: false` means that there are
 * more. Counting a million rows would take longer than reading the page, an estimate would look
 * exact and be wrong, and counter rows would make all writers of runs wait for each other. A client
 * that can wait sets `exactTotal=true`.
 */
export const MAX_COUNTED_RUNS = 10_000

export interface RunFilter {
  readonly repository: string | null
  readonly issueNumber: number | null
  /** Any of them; empty: all. */
  readonly statuses: readonly string[]
  readonly reasons: readonly string[]
  readonly branch: string | null
  readonly pr: number | null
  /** In USD: only runs that cost more. */
  readonly costAbove: number | null
  readonly sha: string | null
  readonly workflowName: string | null
  readonly workflowUid: string | null
  readonly q: string | null
  readonly since: Date | null
  readonly until: Date | null
}

export interface RunListRequest {
  readonly filter: RunFilter
  readonly after: RunCursor | null
  readonly limit: number
  readonly exactTotal: boolean
  /** Texts that rows of a list are shown with only on request. */
  readonly fields: readonly string[]
}

/** Throws `bad_request` if a parameter is invalid. */
export function parseListQuery(query: Query): RunListRequest {
  const cursor = readTextParam(query, 'cursor')
  return {
    filter: {
      repository: readTextParam(query, 'repository'),
      issueNumber: readNumberParam(query, 'issueNumber'),
      statuses: readChoicesParam(query, 'status', statuses),
      reasons: readChoicesParam(query, 'reason', Object.keys(reasons)),
      branch: readTextParam(query, 'branch'),
      pr: readNumberParam(query, 'pr'),
      costAbove: readAmountParam(query, 'cost'),
      sha: readTextParam(query, 'sha'),
      workflowName: readTextParam(query, 'workflowName'),
      workflowUid: readTextParam(query, 'workflowUid'),
      q: readTextParam(query, 'q')?.slice(0, 500) ?? null,
      since: readTimeParam(query, 'since'),
      until: readTimeParam(query, 'until'),
    },
    after: cursor === null ? null : parseCursor(cursor),
    limit: readLimitParam(query, 50, 200),
    exactTotal: readTextParam(query, 'exactTotal') === 'true',
    fields: readChoicesParam(query, 'fields', ['prompt', 'nextPrompt']),
  }
}

export interface RunList {
  readonly ok: true
  readonly runs: readonly RunView[]
  readonly nextCursor: string | null
  readonly total: number
  readonly totalIsExact: boolean
}

/**
 * One page of runs, newest first. No run appears on two pages, and runs created meanwhile do not
 * appear on later pages.
 */
export async function listRuns(reader: RunReader, request: RunListRequest): Promise<RunList> {
  const { db } = reader
  const rows = await selectPage(db, request).execute()
  const page = rows.slice(0, request.limit)
  const last = page.at(-1)
  // If everything fits on the first page, its rows are the total.
  const isAll = request.after === null && rows.length <= request.limit
  const total = isAll
    ? rows.length
    : ((await selectCount(db, request).executeTakeFirst())?.total ?? 0)
  const isExact = request.exactTotal || total <= MAX_COUNTED_RUNS
  return {
    ok: true,
    runs: await presentRuns(reader, page),
    nextCursor:
      rows.length > page.length && last ? formatCursor({ micros: last.micros, id: last.id }) : null,
    total: isExact ? total : MAX_COUNTED_RUNS,
    totalIsExact: isExact,
  }
}

/**
 * The rows of one page and one more, which shows that there is another page. A subquery finds the
 * keys first, because an index holds those of one status, reason or repository in order. A direct
 * query makes Postgres scan all runs from the newest and skip those that do not match.
 */
export const selectPage = (db: Kysely<DB>, { filter, after, limit, fields }: RunListRequest) =>
  db
    .selectFrom((from) => {
      const [first = filter, ...rest] = splitChoices(filter)
      const select = (part: RunFilter) =>
        from
          .selectFrom('runs')
          .select(['id', 'created_at'])
          .where((eb) =>
            eb.and([...buildConditions(eb, part), ...(after ? [isAfterCursor(after)] : [])]),
          )
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1)
      if (rest.length === 0) return select(first).as('page')
      const parts = rest.reduce(
        (all, part) => all.unionAll(from.selectFrom(select(part).as('part')).selectAll()),
        from.selectFrom(select(first).as('part')).selectAll(),
      )
      return parts
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .as('page')
    })
    .innerJoin('runs', 'runs.id', 'page.id')
    .select(selectListed(fields))
    .select(sql<number>`(extract(epoch from page.created_at) * 1000000)::bigint`.as('micros'))
    .orderBy('page.created_at', 'desc')
    .orderBy('page.id', 'desc')

/** One filter for each of several statuses, or else reasons: an index has those of one in order. */
function splitChoices(filter: RunFilter): readonly RunFilter[] {
  if (filter.statuses.length > 1)
    return filter.statuses.map((status) => ({ ...filter, statuses: [status] }))
  return filter.reasons.length > 1
    ? filter.reasons.map((reason) => ({ ...filter, reasons: [reason] }))
    : [filter]
}

export const selectCount = (db: Kysely<DB>, { filter, exactTotal }: RunListRequest) =>
  db
    .selectFrom((from) => {
      const matching = from
        .selectFrom('runs')
        .select(sql<number>`1`.as('one'))
        .where((eb) => eb.and(buildConditions(eb, filter)))
      return (exactTotal ? matching : matching.limit(MAX_COUNTED_RUNS + 1)).as('matching')
    })
    .select(({ fn }) => fn.countAll<number>().as('total'))

// A row comparison lets Postgres use the index on both columns.
const isAfterCursor = ({ micros, id }: RunCursor): Expression<SqlBool> =>
  sql<SqlBool>`(created_at, id)
    < (timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond', ${id}::uuid)`

type RunExpressions = ExpressionBuilder<DB, 'runs'>

function buildConditions(eb: RunExpressions, filter: RunFilter): Expression<SqlBool>[] {
  const all: Expression<SqlBool>[] = []
  if (filter.repository !== null)
    all.push(eb('repository_key', '=', filter.repository.toLowerCase()))
  if (filter.issueNumber !== null) all.push(eb('issue_number', '=', filter.issueNumber))
  if (filter.statuses.length > 0) all.push(eb('status', 'in', filter.statuses))
  if (filter.reasons.length > 0) all.push(eb('reason', 'in', filter.reasons))
  if (filter.branch !== null) all.push(eb('branch', '=', filter.branch))
  if (filter.pr !== null) all.push(matchesPull(eb, filter.pr))
  if (filter.costAbove !== null) all.push(eb('cost_usd', '>', filter.costAbove))
  if (filter.sha !== null) all.push(matchesCommit(eb, filter.sha))
  if (filter.workflowName !== null) all.push(eb('workflow_name', '=', filter.workflowName))
  if (filter.workflowUid !== null) all.push(eb('workflow_uid', '=', filter.workflowUid))
  if (filter.since !== null) all.push(eb('created_at', '>=', filter.since))
  if (filter.until !== null) all.push(eb('created_at', '<=', filter.until))
  if (filter.q !== null) all.push(matchesText(eb, filter.q))
  return all
}

/** Matches a prefix of the judged commit or, until that is known, of the reported commit. */
function matchesCommit(eb: RunExpressions, sha: string): Expression<SqlBool> {
  const pattern = `${escapeLikePattern(sha.toLowerCase())}%`
  return eb.or([
    eb('commit_sha', 'like', pattern),
    eb.and([eb('commit_sha', 'is', null), eb('reported_commit', 'like', pattern)]),
  ])
}

/** Matches the pull request that was judged or, until it is known, the reported one. */
const matchesPull = (eb: RunExpressions, pull: number): Expression<SqlBool> =>
  eb.or([
    eb('pr_number', '=', pull),
    eb.and([eb('pr_number', 'is', null), eb('reported_pr_number', '=', pull)]),
  ])

/** Matches workflow name or uid, branch, prompt, a commit prefix, or `#` and a pull request. */
function matchesText(eb: RunExpressions, q: string): Expression<SqlBool> {
  const anywhere = `%${escapeLikePattern(q)}%`
  const found: Expression<SqlBool>[] = [
    eb('workflow_name', 'ilike', anywhere),
    eb('workflow_uid', 'ilike', anywhere),
    eb('branch', 'ilike', anywhere),
    eb('prompt', 'ilike', anywhere),
  ]
  if (/^[0-9a-f]{4,64}$/i.test(q)) found.push(matchesCommit(eb, q))
  const pull = q.startsWith('#') ? parsePositiveInteger(q.slice(1)) : null
  if (pull !== null) found.push(matchesPull(eb, pull))
  return eb.or(found)
}
