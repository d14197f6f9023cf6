import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseWanted, selectFound } from '../../services/judge/src/history/overview/find-runs.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { seedEscalation, seedRun } from '../harness/seed.ts'
import { startHistoryService, type TestService } from './history-service.ts'

/* What the console shows beside runs: find, health, pauses, agents at work, one question. */

let service: TestService
beforeAll(async () => {
  service = await startHistoryService({
    githubBudget: { remaining: 40, limit: 5_000, resetsAt: toInstant('2026-12-05T10:00:00Z') },
    probes: [
      { name: 'github', state: () => 'on', details: () => null },
      { name: 'discord', state: () => 'away: no answer within 15 s', details: () => null },
      { name: 'argo', state: () => 'untested', details: () => null },
      { name: 'nats', state: () => 'off: NATS_URL is not set', details: () => null },
    ],
  })
})
afterAll(() => service.close())

const get = async (url: string) => {
  const answer = await service.app.inject({ url })
  return { status: answer.statusCode, body: answer.json() }
}
const find = async (text: string) =>
  (await get(`/api/codex/find?q=${encodeURIComponent(text)}`)).body

test('what names one thing is a hit, and what names several is a list', async () => {
  const { db } = service
  const sha = 'c0ffee0'.padEnd(40, '1')
  const first = await seedRun(db, {
    ...{ repository: 'Find/One', issue_number: 900, pr_number: 901, commit_sha: sha },
    ...{ issue_title: 'Make the gasket square', status: 'needs_iteration' },
  })
  const second = await seedRun(db, {
    ...{ repository: 'Find/One', issue_number: 900, attempt: 2, reported_pr_number: 901 },
    ...{ reported_commit: 'beefca7e'.padEnd(40, '2'), created_at: new Date(Date.now() + 1_000) },
  })
  const other = await seedRun(db, { repository: 'find/two', issue_number: 900 })
  expect(await find(first)).toMatchObject({ hit: { kind: 'run', path: `/runs/${first}` } })
  const issue = { kind: 'issue', id: 'Find/One#900', path: '/issues/Find/One/900' }
  expect(await find('find/one#900')).toMatchObject({
    hit: issue,
    runs: [{ id: second }, { id: first }],
  })
  expect(await find('https://github.com/find/one/pull/901')).toMatchObject({
    hit: { kind: 'run', id: second },
  })
  // Two repositories have an issue of this number.
  const both = await find('#900')
  expect(both.hit).toBeNull()
  expect(both.runs.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining([first, second, other]),
  )
  expect(await find('c0ffee0')).toMatchObject({ hit: { id: first }, runs: [{ id: first }] })
  expect(await find('beefca7')).toMatchObject({ hit: { id: second } })
  expect(await find('SQUARE gasket')).toMatchObject({ hit: { id: first } })
  for (const nothing of ['%', newId(), 'find/one#4', '#4040404', 'abcdef0123', "'; drop table"])
    expect(await find(nothing)).toMatchObject({ ok: true, hit: null, runs: [] })
  expect((await get('/api/codex/find?q=%20')).status).toBe(400)
  expect((await get(`/api/codex/find?q=${'x'.repeat(201)}`)).status).toBe(400)
})

test('a search reads from indexes, however many runs there are', async () => {
  await sql`
    insert into runs (id, repository, issue_number, attempt, stage, status, reason, commit_sha,
                      workflow_uid, created_at)
    select gen_random_uuid(), 'many/r' || n % 30, n % 900 + 1, 1, 'implementation', 'completed',
           'accepted', md5(n::text) || substr(md5(n::text), 1, 8), 'many' || n,
           timestamptz '2025-01-01' + n * interval '1 second'
      from generate_series(1, 30000) as n`.execute(service.db)
  await sql`vacuum analyze runs`.execute(service.db)
  for (const text of ['many/r7#8', '#8', 'c4ca423', newId()]) {
    const query = selectFound(service.db, parseWanted(text)).compile()
    const { rows } = await service.db.executeQuery<{ 'QUERY PLAN': string }>({
      ...query,
      sql: `explain ${query.sql}`,
    })
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan, text).not.toMatch(/Seq Scan on runs/)
  }
  const one = await find('many/r7#8')
  expect(one.hit).toEqual({ kind: 'issue', id: 'many/r7#8', path: '/issues/many/r7/8' })
  expect(one.runs).toHaveLength(20)
  expect((await find('#8')).runs).toHaveLength(20)
})

test('health names each system that is down, in a sentence, and what is overdue', async () => {
  const { db } = service
  await seedRun(db, { due_at: new Date(Date.now() - 3_600_000), repository: 'acme/overdue' })
  expect((await get('/api/codex/health')).body).toMatchObject({
    ok: true,
    healthy: false,
    faults: [
      'discord is not usable: no answer within 15 s.',
      expect.stringMatching(/^The reconciliation of a run is overdue since \d+ min\.$/),
      expect.stringMatching(/^Only 40 of 5000 points of GitHub's hourly budget are left/),
    ],
    systems: [
      { name: 'github', state: 'up', because: null },
      { name: 'discord', state: 'down', because: 'no answer within 15 s' },
      { name: 'argo', state: 'unknown' },
      { name: 'nats', state: 'off', because: 'NATS_URL is not set' },
    ],
    github: [{ owner: null, remaining: 40, limit: 5_000, resetsAt: '2026-12-05T10:00:00.000Z' }],
    effectOldestSeconds: 0,
    kafkaLag: {},
    pausesInForce: [],
  })
})

test('pauses in force are listed, ended ones are not', async () => {
  const post = (path: string, body: object) =>
    service.app.inject({ method: 'POST', url: path, body: JSON.stringify(body) })
  const scope = { repository: 'Acme/Widgets', issueNumber: 4 }
  await post('/api/codex/pause', { ...scope, reason: 'GitHub incident' })
  expect((await get('/api/codex/pauses')).body).toMatchObject({
    pauses: [{ repository: 'acme/widgets', issueNumber: 4, reason: 'GitHub incident' }],
  })
  await post('/api/codex/unpause', { ...scope, reason: 'over' })
  expect((await get('/api/codex/pauses')).body).toEqual({ ok: true, pauses: [] })
})

test('an agent is at work from its first message until its workflow has reported its end', async () => {
  const { db } = service
  const say = (uid: string, seq: number, content: string, workflow = uid) =>
    db
      .insertInto('agent_messages')
      .values({
        ...{ seq, key: `k${seq}`, source: 'nats', workflow_uid: uid, workflow_name: workflow },
        ...{ kind: 'message', content, received_at: new Date(Date.now() + seq) },
      })
      .execute()
  await seedRun(db, { workflow_uid: 'ended', completed_at: new Date(), repository: 'agents/one' })
  await seedRun(db, {
    ...{ workflow_uid: 'ended-before', repository: 'agents/one', issue_number: 5 },
    ...{ issue_title: 'Teach it to sing', completed_at: new Date() },
  })
  await db
    .insertInto('ordinals')
    .values({
      ...{ repository_key: 'agents/one', issue_number: 5, ordinal: 2 },
      delivery_id: 'codex-abc-5-attempt-2',
    })
    .execute()
  await say('ended', 1, 'done')
  await say('working', 2, 'I begin.', 'codex-abc-5-attempt-2')
  await say('working', 3, `I edit. ${'x'.repeat(900)}`, 'codex-abc-5-attempt-2')
  const { body } = await get('/api/agents')
  expect(body).toMatchObject({ ok: true, live: false, because: 'NATS_URL is not set' })
  expect(body.agents).toHaveLength(1)
  expect(body.agents).toMatchObject([
    {
      ...{ runId: null, repository: 'agents/one', issueNumber: 5, title: 'Teach it to sing' },
      ...{ workflowName: 'codex-abc-5-attempt-2', workflowUid: 'working', kind: 'message' },
    },
  ])
  expect(body.agents[0].lastText).toHaveLength(500)
})

test('a question is read with its runs, with what led to it and what each option does', async () => {
  const { db } = service
  const run = await seedRun(db, {
    ...{ status: 'needs_human', repository: 'ask/me', pr_number: 8, commit_sha: 'a'.repeat(40) },
    ...{ reason_text: 'The pull request conflicts with main.', issue_title: 'Round it' },
    ...{ pr_url: 'https://github.com/ask/me/pull/8', ci_status: 'success' },
  })
  const id = await seedEscalation(db, run)
  await db
    .insertInto('gate_results')
    .values({
      ...{ run_id: run, position: 9, name: 'conflict', result: 'refuse' },
      because: 'src/widget.ts conflicts.',
      evidence: JSON.stringify([{ text: 'x', url: 'https://github.com/ask/me/pull/8/conflicts' }]),
    })
    .execute()
  const { body } = await get(`/api/codex/escalations/${id}`)
  expect(body).toMatchObject({
    ok: true,
    runs: [{ id: run }],
    escalation: {
      id,
      remindedAt: null,
      headline: 'the pull request conflicts with main',
      answeredBy: null,
      facts: [
        { text: 'The pull request conflicts with main.', url: null },
        {
          text: 'src/widget.ts conflicts.',
          url: 'https://github.com/ask/me/pull/8/conflicts',
        },
        { text: 'The issue is "Round it".' },
        { text: 'Pull request #8 at aaaaaaa.', url: 'https://github.com/ask/me/pull/8' },
        { text: 'CI of this commit: success.' },
      ],
    },
  })
  for (const option of body.escalation.options) expect(option.effect).toMatch(/\.$/)
  expect((await get(`/api/codex/escalations/${newId()}`)).status).toBe(404)
})
