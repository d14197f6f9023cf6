import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { statuses } from '../../run/lifecycle.ts'
import { reasons } from '../../run/reasons.ts'
import {
  limitParam,
  literally,
  numberParam,
  oneOfParam,
  positiveInteger,
  type Query,
  textParam,
  timeParam,
} from '../http/query.ts'
import type { RunView } from '../http/schemas.ts'
import { cursorAt, type Place, placeIn } from './cursor.ts'
import { runColumns, showRun } from './present-run.ts'

/*
 * The list of runs pages by key, not by offset: page 20,000 costs what page 1 costs.
 *
 * Its total cannot: counting a million rows takes Postgres longer than all of the page. So it is
 * counted exactly up to `countedAtMost`, and `totalIsExact: false` says that there are more than
 * that. An estimate would look exact and be wrong, and counters kept beside the rows would make
 * every writer of runs wait for the same few of them. Whoever needs the whole number and can wait
 * for it asks with `exactTotal=true`.
 */
export const countedAtMost = 10_000

export interface RunFilter {
  readonly repository: string | null
  readonly issueNumber: number | null
  readonly status: string | null
  readonly reason: string | null
  readonly sha: string | null
  readonly workflowName: string | null
  readonly workflowUid: string | null
  readonly q: string | null
  readonly since: Date | null
  readonly until: Date | null
}

export interface RunListAsked {
  readonly filter: RunFilter
  readonly behind: Place | null
  readonly limit: number
  readonly exactTotal: boolean
}

/** Throws `bad_request` where a parameter cannot be read. */
export function readListQuery(query: Query): RunListAsked {
  const cursor = textParam(query, 'cursor')
  return {
    filter: {
      repository: textParam(query, 'repository'),
      issueNumber: numberParam(query, 'issueNumber'),
      status: oneOfParam(query, 'status', statuses),
      reason: oneOfParam(query, 'reason', Object.keys(reasons)),
      sha: textParam(query, 'sha'),
      workflowName: textParam(query, 'workflowName'),
      workflowUid: textParam(query, 'workflowUid'),
      q: textParam(query, 'q')?.slice(0, 500) ?? null,
      since: timeParam(query, 'since'),
      until: timeParam(query, 'until'),
    },
    behind: cursor === null ? null : placeIn(cursor),
    limit: limitParam(query, 50, 200),
    exactTotal: textParam(query, 'exactTotal') === 'true',
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
 * One page, newest first. A run that is made while somebody pages is on no later page, and none is
 * on two.
 */
export async function listRuns(db: Kysely<DB>, asked: RunListAsked): Promise<RunList> {
  const rows = await pageOf(db, asked).execute()
  const page = rows.slice(0, asked.limit)
  const last = page.at(-1)
  // What fits on the first page has been counted by reading it.
  const isAll = asked.behind === null && rows.length <= asked.limit
  const total = isAll ? rows.length : ((await countOf(db, asked).executeTakeFirst())?.total ?? 0)
  const isExact = asked.exactTotal || total <= countedAtMost
  return {
    ok: true,
    runs: page.map(showRun),
    nextCursor:
      rows.length > page.length && last ? cursorAt({ micros: last.micros, id: last.id }) : null,
    total: isExact ? total : countedAtMost,
    totalIsExact: isExact,
  }
}

/**
 * The rows of one page and one more, which says that there is another page. The keys are found
 * first and the rows fetched by them: the keys of one status, reason or repository stand in an
 * index whole, in order. Asked for rows at once, Postgres would rather walk the newest of all and
 * pass over those that do not match, however many those are.
 */
export const pageOf = (db: Kysely<DB>, { filter, behind, limit }: RunListAsked) =>
  db
    .selectFrom((from) =>
      from
        .selectFrom('runs')
        .select(['id', 'created_at'])
        .where((on) => on.and([...conditions(on, filter), ...(behind ? [isBehind(behind)] : [])]))
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .as('page'),
    )
    .innerJoin('runs', 'runs.id', 'page.id')
    .select(runColumns)
    .select(sql<number>`(extract(epoch from page.created_at) * 1000000)::bigint`.as('micros'))
    .orderBy('page.created_at', 'desc')
    .orderBy('page.id', 'desc')

export const countOf = (db: Kysely<DB>, { filter, exactTotal }: RunListAsked) =>
  db
    .selectFrom((from) => {
      const matching = from
        .selectFrom('runs')
        .select(sql<number>`1`.as('one'))
        .where((on) => on.and(conditions(on, filter)))
      return (exactTotal ? matching : matching.limit(countedAtMost + 1)).as('matching')
    })
    .select(({ fn }) => fn.countAll<number>().as('total'))

// Compared as one row, so that the index on both columns leads straight to the place.
const isBehind = ({ micros, id }: Place): Expression<SqlBool> =>
  sql<SqlBool>`(created_at, id) < (timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond', ${id}::uuid)`

type On = ExpressionBuilder<DB, 'runs'>

function conditions(on: On, filter: RunFilter): Expression<SqlBool>[] {
  const all: Expression<SqlBool>[] = []
  if (filter.repository !== null)
    all.push(on('repository_key', '=', filter.repository.toLowerCase()))
  if (filter.issueNumber !== null) all.push(on('issue_number', '=', filter.issueNumber))
  if (filter.status !== null) all.push(on('status', '=', filter.status))
  if (filter.reason !== null) all.push(on('reason', '=', filter.reason))
  if (filter.sha !== null) all.push(isCommit(on, filter.sha))
  if (filter.workflowName !== null) all.push(on('workflow_name', '=', filter.workflowName))
  if (filter.workflowUid !== null) all.push(on('workflow_uid', '=', filter.workflowUid))
  if (filter.since !== null) all.push(on('created_at', '>=', filter.since))
  if (filter.until !== null) all.push(on('created_at', '<=', filter.until))
  if (filter.q !== null) all.push(isFound(on, filter.q))
  return all
}

/**
 * A commit by any prefix of it: the one under judgement, or before that is known the one the run
 * reported.
 */
function isCommit(on: On, sha: string): Expression<SqlBool> {
  const pattern = `${literally(sha.toLowerCase())}%`
  return on.or([
    on('commit_sha', 'like', pattern),
    on.and([on('commit_sha', 'is', null), on('reported_commit', 'like', pattern)]),
  ])
}

/**
 * Somewhere in the workflow's name or uid, the branch or the prompt, or the beginning of a commit,
 * or `#` and a pull request.
 */
function isFound(on: On, q: string): Expression<SqlBool> {
  const anywhere = `%${literally(q)}%`
  const found: Expression<SqlBool>[] = [
    on('workflow_name', 'ilike', anywhere),
    on('workflow_uid', 'ilike', anywhere),
    on('branch', 'ilike', anywhere),
    on('prompt', 'ilike', anywhere),
  ]
  if (/^[0-9a-f]{4,64}$/i.test(q)) found.push(isCommit(on, q))
  const pull = q.startsWith('#') ? positiveInteger(q.slice(1)) : null
  if (pull !== null) {
    found.push(on('pr_number', '=', pull))
    found.push(on.and([on('pr_number', 'is', null), on('reported_pr_number', '=', pull)]))
  }
  return on.or(found)
}
