import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { seedEscalation, seedFlake, seedRun, seedTransition } from '../harness/seed.ts'
import { startHistoryService, type TestService } from './history-service.ts'

let service: TestService
beforeAll(async () => {
  service = await startHistoryService()
})
afterAll(() => service.close())

const get = async (path: string) => {
  const answer = await service.app.inject({ url: path })
  return { status: answer.statusCode, body: answer.json() }
}
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)

test('the runs of a period are counted beside the period before, with what lists them', async () => {
  const { db } = service
  const repository = 'Show/Me'
  for (let n = 1; n <= 20; n += 1)
    await seedRun(db, {
      ...{ repository, issue_number: n, status: 'completed', decided_at: ago(n) },
      ...{ finished_at: ago(n + 2), cost_usd: 0.5, confidence: 0.9, policy_version: 'p1' },
    })
  const failed = await seedRun(db, {
    ...{ repository, issue_number: 30, status: 'needs_iteration', reason: 'ci_failed' },
    ...{ decided_at: ago(5), created_at: ago(60), commit_sha: 'a'.repeat(40) },
  })
  await seedTransition(db, failed, { from: null, to: 'run_complete' })
  await seedTransition(db, failed, { from: 'run_complete', to: 'waiting_for_ci' })
  await seedTransition(db, failed, { from: 'waiting_for_ci', to: 'needs_iteration' })
  await seedRun(db, {
    ...{ repository, issue_number: 31, status: 'needs_iteration', reason: 'ci_failed' },
    decided_at: ago(31 * 24 * 60),
  })
  const asked = await seedRun(db, { repository, issue_number: 32, status: 'needs_human' })
  const question = await seedEscalation(db, asked)
  await db
    .updateTable('escalations')
    .set({ state: 'answered', created_at: ago(10), answered_at: ago(8) })
    .where('id', '=', question)
    .execute()
  await db
    .insertInto('spend')
    .values({
      ...{ id: newId(), run_id: failed, repository_key: 'show/me', issue_number: 30 },
      ...{ model: 'openai/gpt-5.2', reserved_usd: 1, settled_usd: 0.25 },
    })
    .execute()
  await seedFlake(db, { repository, name: 'unit', at: ago(3).toISOString() })
  const { body } = await get('/api/codex/insights?repository=show/me')
  expect(body).toMatchObject({
    ok: true,
    enough: true,
    truncated: false,
    decisions: 21,
    figures: [
      { name: 'issuesCompleted', value: 20, before: 0 },
      { name: 'firstAttempt', value: 1 },
      { name: 'attemptsPerIssue', value: 1 },
      { name: 'decisionSeconds', value: 120 },
      { name: 'costPerCompleted', value: 0.5 },
      { name: 'answerSeconds', value: 120, count: 1 },
    ],
    reasons: [{ reason: 'ci_failed', count: 1, before: 1 }],
    hanging: [
      { phase: 'person', runs: [{ id: asked }], filter: expect.stringContaining('needs_human') },
    ],
    flaky: [{ repository: 'Show/Me', name: 'unit', flips: 1, runs: 1, attemptsSaved: 0 }],
  })
  expect(body.days.at(-1).costByModel).toEqual({ 'openai/gpt-5.2': 0.25 })
  // A mark opens its runs.
  const { body: list } = await get(`/api/codex/runs/list?${body.reasons[0].filter}`)
  expect(list.runs.map(({ id }: { id: string }) => id)).toContain(failed)
})
test('statistics are counted together and by repository', async () => {
  const { body } = await get('/api/codex/stats?repository=SHOW/ME')
  expect(body).toMatchObject({
    stats: { total: 21, completed: 20, failureReasonCounts: { ci_failed: 1 } },
    repositories: [{ repository: 'Show/Me', stats: { total: 21 } }],
  })
})

test.each([
  'since=2026-12-05T10:00:00Z&until=2026-12-05T10:00:00Z',
  'since=2020-12-05T10:00:00Z&until=2026-12-05T10:00:00Z',
  'since=yesterday',
])('a period that makes no sense is refused: %s', async (query) => {
  expect((await get(`/api/codex/insights?${query}`)).status).toBe(400)
  expect((await get(`/api/codex/stats?${query}`)).status).toBe(400)
})

test('a busy period is cut to its newest runs, read from an index, and says since when', async () => {
  await sql`
    insert into runs (id, repository, issue_number, attempt, stage, status, reason, workflow_uid,
                      created_at, decided_at, finished_at)
    select gen_random_uuid(), 'busy/r' || n % 20, n, 1, 'implementation', 'completed', 'accepted',
           'busy' || n, now() - interval '40 days' + n * interval '1 minute',
           now() - interval '40 days' + n * interval '1 minute', now() - interval '41 days'
      from generate_series(1, 40000) as n`.execute(service.db)
  await sql`vacuum analyze runs`.execute(service.db)
  const { body } = await get('/api/codex/insights')
  expect(body).toMatchObject({ truncated: true, decisions: 10_000, enough: true })
  const length = Date.parse(body.until) - Date.parse(body.since)
  expect(Date.parse(body.previous.until) - Date.parse(body.previous.since)).toBe(length)
  expect(body.figures[0].before).toBeGreaterThan(0)
  const { rows } = await sql<{ 'QUERY PLAN': string }>`
    explain select id from runs where decided_at >= ${ago(60_000)} and decided_at < now()
             order by decided_at desc limit 10001`.execute(service.db)
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('runs_decided')
})
