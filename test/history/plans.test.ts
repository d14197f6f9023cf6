import { type Compilable, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  listRuns,
  MAX_COUNTED_RUNS,
  parseListQuery,
  type RunFilter,
  selectCount,
  selectPage,
} from '../../services/judge/src/history/runs/list-runs.ts'
import { startHistoryService, type TestService } from './history-service.ts'

let service: TestService
const SEEDED_RUNS = MAX_COUNTED_RUNS * 3

beforeAll(async () => {
  service = await startHistoryService()
  await sql`
    insert into runs (id, repository, issue_number, attempt, stage, status, reason, commit_sha,
                      workflow_name, workflow_uid, created_at)
    select gen_random_uuid(), 'acme/r' || n % 20, n % 500 + 1, 1, 'implementation',
           case when n % 3 = 0 then 'completed' else 'needs_human' end,
           case when n % 3 = 0 then 'accepted' else 'ci_missing' end,
           md5(n::text) || substr(md5(n::text), 1, 8), 'w' || n, 'u' || n,
           timestamptz '2026-01-01' + n * interval '1 second'
      from generate_series(1, ${SEEDED_RUNS}) as n`.execute(service.db)
  // A repository whose many runs are all old, so they come last in the list.
  await sql`
    update runs set repository = 'acme/old'
     where created_at < timestamptz '2026-01-01' + ${SEEDED_RUNS / 3} * interval '1 second'`.execute(
    service.db,
  )
  await sql`vacuum analyze runs`.execute(service.db)
})
afterAll(() => service.close())

interface Plan {
  readonly 'Node Type': string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

/** Every executed step of the plan. */
async function explainSteps(query: Compilable): Promise<readonly Plan[]> {
  const { sql: text, parameters } = query.compile()
  const explained = await service.db.executeQuery<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>({
    ...query.compile(),
    sql: `explain (analyze, format json) ${text}`,
    parameters,
  } as never)
  const all = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(all)]
  const [row] = explained.rows
  return row?.['QUERY PLAN'][0] ? all(row['QUERY PLAN'][0].Plan) : []
}

const countRowsHandled = (steps: readonly Plan[]): number =>
  Math.max(
    ...steps.map(
      (step) =>
        (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops'],
    ),
  )

const findDeepPage = async (filter: Partial<Record<keyof RunFilter, string>>) => {
  const from = { ...filter, until: '2026-01-01T03:00:00Z', limit: '50' }
  const { nextCursor } = await listRuns(service, parseListQuery(from))
  return parseListQuery({
    ...filter,
    limit: '50',
    ...(nextCursor === null ? {} : { cursor: nextCursor }),
  })
}

test.each([
  {},
  { repository: 'acme/r7' },
  { repository: 'acme/old' },
  { status: 'completed' },
  { reason: 'ci_missing' },
  { status: 'completed,needs_human' },
])(
  'any page of the list (%j) is read from an index: no step handles more rows than the page has',
  async (filter) => {
    for (const asked of [parseListQuery({ ...filter, limit: '50' }), await findDeepPage(filter)]) {
      const steps = await explainSteps(selectPage(service.db, asked))
      expect(steps.map((step) => step['Node Type'])).not.toContain('Seq Scan')
      expect(countRowsHandled(steps)).toBeLessThanOrEqual(51)
    }
  },
)

test.each([
  { sha: 'c4ca4238' },
  { workflowName: 'w9' },
  { workflowUid: 'u9' },
  { repository: 'acme/r7', issueNumber: '8' },
])('a selective filter (%j) uses its own index', async (filter) => {
  const steps = await explainSteps(selectPage(service.db, parseListQuery(filter)))
  expect(steps.map((step) => step['Node Type'])).not.toContain('Seq Scan')
  expect(countRowsHandled(steps)).toBeLessThanOrEqual(200)
})

test('the count reads at most one row more than the total may report', async () => {
  const steps = await explainSteps(selectCount(service.db, parseListQuery({})))
  expect(countRowsHandled(steps)).toBeLessThanOrEqual(MAX_COUNTED_RUNS + 1)
})

test('a total above the limit is inexact, unless an exact one is requested', async () => {
  expect(await listRuns(service, parseListQuery({ limit: '1' }))).toMatchObject({
    total: MAX_COUNTED_RUNS,
    totalIsExact: false,
  })
  expect(await listRuns(service, parseListQuery({ limit: '1', exactTotal: 'true' }))).toMatchObject(
    {
      total: SEEDED_RUNS,
      totalIsExact: true,
    },
  )
  expect(
    await listRuns(service, parseListQuery({ limit: '1', repository: 'acme/r7' })),
  ).toMatchObject({
    total: (SEEDED_RUNS * 2) / 3 / 20,
    totalIsExact: true,
  })
})
