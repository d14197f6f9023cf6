import { type Compilable, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  countedAtMost,
  countOf,
  listRuns,
  pageOf,
  type RunFilter,
  readListQuery,
} from '../../services/judge/src/history/runs/list-runs.ts'
import { startTelling, type TestService } from './service.ts'

let service: TestService
const many = countedAtMost * 3

beforeAll(async () => {
  service = await startTelling()
  await sql`
    insert into runs (id, repository, issue_number, attempt, stage, status, reason, commit_sha, workflow_name, workflow_uid, created_at)
    select gen_random_uuid(), 'acme/r' || n % 20, n % 500 + 1, 1, 'implementation', case when n % 3 = 0 then 'completed' else 'needs_human' end,
           case when n % 3 = 0 then 'accepted' else 'ci_missing' end, md5(n::text) || substr(md5(n::text), 1, 8), 'w' || n, 'u' || n,
           timestamptz '2026-01-01' + n * interval '1 second'
      from generate_series(1, ${many}) as n`.execute(service.db)
  // A repository whose many runs are all old: newest first, they come after everything else.
  await sql`update runs set repository = 'acme/old' where created_at < timestamptz '2026-01-01' + ${many / 3} * interval '1 second'`.execute(
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

/** Every step of the plan that was really carried out. */
async function stepsOf(query: Compilable): Promise<readonly Plan[]> {
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

const handled = (steps: readonly Plan[]): number =>
  Math.max(
    ...steps.map(
      (step) =>
        (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops'],
    ),
  )

const deep = async (filter: Partial<Record<keyof RunFilter, string>>) => {
  const from = { ...filter, until: '2026-01-01T03:00:00Z', limit: '50' }
  const { nextCursor } = await listRuns(service.db, readListQuery(from))
  return readListQuery({
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
])(
  'any page of the list (%j) is read off an index: no step handles more rows than the page has',
  async (filter) => {
    for (const asked of [readListQuery({ ...filter, limit: '50' }), await deep(filter)]) {
      const steps = await stepsOf(pageOf(service.db, asked))
      expect(steps.map((step) => step['Node Type'])).not.toContain('Seq Scan')
      expect(handled(steps)).toBeLessThanOrEqual(51)
    }
  },
)

test.each([
  { sha: 'c4ca4238' },
  { workflowName: 'w9' },
  { workflowUid: 'u9' },
  { repository: 'acme/r7', issueNumber: '8' },
])('what few runs have (%j) is found by its own index', async (filter) => {
  const steps = await stepsOf(pageOf(service.db, readListQuery(filter)))
  expect(steps.map((step) => step['Node Type'])).not.toContain('Seq Scan')
  expect(handled(steps)).toBeLessThanOrEqual(200)
})

test('counting stops: the total never costs more rows than it may name', async () => {
  const steps = await stepsOf(countOf(service.db, readListQuery({})))
  expect(handled(steps)).toBeLessThanOrEqual(countedAtMost + 1)
})

test('a total beyond what is counted says that it is not exact, unless it is asked for', async () => {
  expect(await listRuns(service.db, readListQuery({ limit: '1' }))).toMatchObject({
    total: countedAtMost,
    totalIsExact: false,
  })
  expect(
    await listRuns(service.db, readListQuery({ limit: '1', exactTotal: 'true' })),
  ).toMatchObject({
    total: many,
    totalIsExact: true,
  })
  expect(
    await listRuns(service.db, readListQuery({ limit: '1', repository: 'acme/r7' })),
  ).toMatchObject({
    total: (many * 2) / 3 / 20,
    totalIsExact: true,
  })
})
