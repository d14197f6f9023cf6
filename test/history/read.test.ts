import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { toRunId } from '../../services/judge/src/run/run.ts'
import { seedEscalation, seedFlake, seedHistory, seedRun, seedTransition } from '../harness/seed.ts'
import { startHistoryService, type TestService } from './history-service.ts'

let service: TestService
beforeAll(async () => {
  service = await startHistoryService()
})
afterAll(() => service.close())

const get = async (path: string) => {
  const answer = await service.app.inject({ url: path })
  return {
    status: answer.statusCode,
    type: answer.headers['content-type'],
    body: parseJson(answer.body),
    text: answer.body,
  }
}
const parseJson = (text: string) => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

describe('the runs of one issue', () => {
  test('come oldest attempt first, with artifacts, deciding verdict and statistics', async () => {
    const { db } = service
    const repository = 'acme/one'
    const sha = 'a'.repeat(40)
    const second = await seedRun(db, {
      repository,
      attempt: 2,
      status: 'completed',
      commit_sha: sha,
      confidence: 0.9,
      ci_awaited_at: '2026-11-21T10:00:00Z',
      ci_concluded_at: '2026-11-21T10:02:00Z',
    })
    const first = await seedRun(db, {
      repository: 'Acme/One',
      attempt: 1,
      status: 'needs_iteration',
    })
    await db
      .insertInto('artifacts')
      .values({
        run_id: second,
        name: 'implementation-log',
        state: 'missing',
        because: 'nothing is there',
      })
      .execute()
    for (const [at, decision, discounted] of [
      ['2026-11-21T10:03:00Z', 'fail', null],
      ['2026-11-21T10:04:00Z', 'pass', null],
      ['2026-11-21T10:05:00Z', 'fail', '2026-11-21T10:06:00Z'],
    ] as const) {
      await db
        .insertInto('verdicts')
        .values({
          id: newId(),
          run_id: second,
          model: 'openai/gpt-5.2',
          commit_sha: sha,
          diff_digest: 'd',
          issue_digest: 'i',
          prompt_digest: 'p',
          prompt_version: '1',
          result: 'valid',
          at,
          discounted_at: discounted,
          answer: JSON.stringify({
            decision,
            confidence: 0.9,
            requirements_coverage: [],
            missing_items: ['x'],
          }),
        })
        .execute()
    }
    const { status, body } = await get(
      '/api/codex/runs?repository=ACME/one&issueNumber=41&nonsense=1',
    )
    expect(status).toBe(200)
    expect(body.runs.map(({ run }: { run: { id: string } }) => run.id)).toEqual([first, second])
    expect(body.runs[0]).toMatchObject({ artifacts: [], evaluation: null })
    expect(body.runs[1].artifacts).toEqual([
      {
        name: 'implementation-log',
        bucket: null,
        key: null,
        sha256: null,
        bytes: null,
        state: 'missing',
        because: 'nothing is there',
      },
    ])
    expect(body.runs[1].evaluation).toMatchObject({
      decision: 'pass',
      confidence: 0.9,
      missingItems: ['x'],
      model: 'openai/gpt-5.2',
      commitSha: sha,
    })
    expect(body.stats).toEqual({
      total: 2,
      completed: 1,
      needsIteration: 1,
      needsHuman: 0,
      completionRate: 0.5,
      avgAttemptsPerIssue: 2,
      failureReasonCounts: { ci_failed: 1 },
      avgCiDurationSeconds: 120,
      avgJudgeConfidence: 0.9,
    })
  })

  test.each([
    '',
    '?repository=a/b',
    '?issueNumber=1',
    '?repository=a/b&issueNumber=x',
    '?repository=a/b&issueNumber=99999999999',
  ])('without a repository or an issue number (%s) are a bad request', async (query) => {
    const { status, type, body } = await get(`/api/codex/runs${query}`)
    expect([status, type, body.code]).toEqual([400, 'application/problem+json', 'bad_request'])
  })
})

describe('the list of runs', () => {
  test('pages through every run once, newest first, even within one microsecond', async () => {
    const repository = 'acme/paged'
    const at = '2026-11-21T09:00:00.123456Z'
    for (let n = 0; n < 7; n++)
      await seedRun(service.db, { repository, created_at: n < 5 ? at : `2026-11-21T0${n}:00:00Z` })
    const seen: string[] = []
    let cursor = ''
    let pages = 0
    do {
      const { body } = await get(
        `/api/codex/runs/list?repository=acme/paged&limit=2&cursor=${cursor}`,
      )
      expect(body).toMatchObject({ ok: true, total: 7, totalIsExact: true })
      seen.push(...body.runs.map((run: { id: string }) => run.id))
      cursor = body.nextCursor
      pages++
    } while (cursor !== null && pages < 10)
    expect(pages).toBe(4)
    expect(new Set(seen).size).toBe(7)
  })

  test('supports every documented filter', async () => {
    const id = await seedRun(service.db, {
      repository: 'acme/found',
      issue_number: 77,
      status: 'needs_human',
      reason: 'no_progress',
      commit_sha: 'feed'.repeat(10),
      workflow_name: 'codex-100%_sure',
      workflow_uid: 'uid-of-found',
      branch: 'codex/needle-branch',
      pr_number: 512,
      prompt: 'Find the NEEDLE in this prompt.',
      created_at: '2020-01-02T00:00:00Z',
    })
    const queries = [
      'repository=Acme/FOUND',
      'repository=acme/found&issueNumber=77',
      'status=needs_human&reason=no_progress',
      `sha=${'feed'.repeat(10)}`,
      'sha=FEEDfeed',
      'workflowName=codex-100%25_sure',
      'workflowUid=uid-of-found',
      'since=2020-01-01T00:00:00Z&until=2020-01-03T00:00:00Z',
      'q=needle in this',
      'q=100%25_',
      'q=UID-OF',
      'q=needle-branch',
      'q=feedfeed',
      'q=%23512',
    ]
    for (const query of queries) {
      const { body } = await get(`/api/codex/runs/list?${query}`)
      expect(
        body.runs.map((run: { id: string }) => run.id),
        query,
      ).toEqual([id])
      expect(body.total, query).toBe(1)
    }
    for (const query of [
      'q=eedfeedx',
      'q=%2351',
      'q=100_sure',
      'sha=eedf',
      'repository=acme/found&status=completed',
    ]) {
      expect((await get(`/api/codex/runs/list?${query}`)).body, query).toMatchObject({
        runs: [],
        total: 0,
        nextCursor: null,
      })
    }
  })

  test('finds a run by its reported commit before GitHub has been read', async () => {
    const id = await seedRun(service.db, {
      reported_commit: 'beef'.repeat(10),
      reported_pr_number: 9,
    })
    const { body } = await get('/api/codex/runs/list?sha=beefbeef')
    expect(body.runs).toMatchObject([{ id, commitSha: 'beef'.repeat(10), prNumber: 9 }])
  })

  test.each([
    'status=done',
    'reason=because',
    'cursor=abc',
    'cursor=MTIz',
    'since=soon',
    'issueNumber=-1',
  ])('rejects an invalid parameter (%s) as a bad request', async (query) =>
    expect((await get(`/api/codex/runs/list?${query}`)).body).toMatchObject({
      status: 400,
      code: 'bad_request',
    }),
  )

  test.each([
    'limit=0',
    'limit=-5',
    'limit=100000',
    'limit=many',
    'limit=',
    'limit=1&limit=2',
    'q=%00',
    'q=%25',
    'sha=%00',
    'repository=%00/x',
    'workflowName=%ED%A0%80',
  ])('clamps an odd value (%s) or finds nothing, and never fails', async (query) =>
    expect((await get(`/api/codex/runs/list?${query}`)).status).toBe(200),
  )
})

test('recent runs come newest first, at most as many as requested', async () => {
  const older = await seedRun(service.db, {
    repository: 'acme/recent',
    created_at: '2026-01-01T00:00:00Z',
  })
  const newer = await seedRun(service.db, {
    repository: 'acme/recent',
    created_at: '2026-01-02T00:00:00Z',
  })
  expect((await get('/api/codex/runs/recent?repository=acme/recent')).body.runs).toMatchObject([
    { id: newer },
    { id: older },
  ])
  expect(
    (await get('/api/codex/runs/recent?repository=acme/recent&limit=1')).body.runs,
  ).toMatchObject([{ id: newer }])
})

test('a run shows every field of the contract, null if absent', async () => {
  const id = await seedRun(service.db, {
    repository: null,
    issue_number: null,
    workflow_name: null,
  })
  const { run } = (await get(`/api/codex/runs/${id}`)).body
  expect(Object.keys(run).sort()).toEqual(
    (
      'id repository issueNumber branch base attempt parentRunId threadId turnId sessionId ' +
      'workflowName workflowNamespace workflowUid stage phase status reason reasonText commitSha ' +
      'prNumber prUrl ciStatus ciUrl ciConcludedAt reviewStatus prompt nextPrompt decision ' +
      'confidence startedAt finishedAt createdAt updatedAt deadlineAt costUsd agentUsage ' +
      'promptVersion attemptsUsed causeReason uptake issueTitle attemptsMax childRunId ' +
      'workflowUrl decidedAt statusWords headline next reasonKind wait'
    )
      .split(' ')
      .sort(),
  )
  expect(run).toMatchObject({
    repository: null,
    issueNumber: null,
    workflowName: null,
    commitSha: null,
    costUsd: 0,
  })
  expect(run.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test('issues show the status of their newest run', async () => {
  await seedRun(service.db, {
    repository: 'acme/issues',
    issue_number: 1,
    attempt: 1,
    status: 'needs_iteration',
  })
  await seedRun(service.db, {
    repository: 'Acme/Issues',
    issue_number: 1,
    attempt: 2,
    status: 'completed',
  })
  await seedRun(service.db, { repository: 'acme/issues', issue_number: null })
  const { body } = await get('/api/codex/issues?repository=acme/issues')
  expect(body.issues).toEqual([
    {
      repository: 'Acme/Issues',
      issueNumber: 1,
      runCount: 2,
      lastSeenAt: expect.any(String),
      status: 'completed',
    },
  ])
})

test('flakes are counted by commit, the most frequent and then the newest first', async () => {
  const repository = 'Acme/Flakes'
  const seed = (name: string, commit: string, day: string) =>
    seedFlake(service.db, { repository, name, commit, at: `2026-11-${day}T00:00:00.000Z` })
  await seed('lint', 'a', '03')
  await seed('unit', 'a', '01')
  await seed('unit', 'b', '02')
  await seed('e2e', 'b', '04')
  await seedFlake(service.db, { repository: 'acme/other' })
  const { body } = await get('/api/codex/flakes?repository=acme/flakes')
  expect(body).toMatchObject({
    ok: true,
    flakes: [
      {
        repository,
        name: 'unit',
        app: 'github-actions',
        workflow: 'CI',
        event: 'push',
        count: 2,
        firstSeenAt: '2026-11-01T00:00:00.000Z',
        lastSeenAt: '2026-11-02T00:00:00.000Z',
        commits: ['b', 'a'],
      },
      { name: 'e2e', count: 1 },
      { name: 'lint', count: 1 },
    ],
  })
  const limited = await get('/api/codex/flakes?repository=acme/flakes&limit=0')
  expect(limited.body.flakes).toHaveLength(1)
  const all = await get('/api/codex/flakes')
  expect(all.body.flakes.map((flake: { name: string }) => flake.name)).toContain('unit')
})

test('the runs of a pull request are those judged on it', async () => {
  const id = await seedRun(service.db, { repository: 'acme/pulls', pr_number: 7 })
  await seedRun(service.db, { repository: 'acme/pulls', pr_number: 8 })
  expect((await get('/api/github/pulls/Acme/Pulls/7/judge-runs')).body).toMatchObject({
    ok: true,
    runs: [{ id }],
  })
  expect((await get('/api/github/pulls/acme/pulls/99/judge-runs')).body).toEqual({
    ok: true,
    runs: [],
  })
  expect((await get('/api/github/pulls/acme/pulls/seven/judge-runs')).status).toBe(404)
})

describe('one run', () => {
  test('shows its transitions, facts, gates, verdicts, decision and effects', async () => {
    const { db } = service
    const id = await seedRun(db, { status: 'needs_human', commit_sha: 'b'.repeat(40) })
    await seedTransition(db, id, {
      from: null,
      to: 'run_complete',
      because: 'the workflow has finished',
    })
    await seedTransition(db, id, {
      from: 'run_complete',
      to: 'needs_human',
      reason: 'merge_conflict',
      because: 'it conflicts',
    })
    await db
      .insertInto('facts')
      .values({
        run_id: id,
        kind: 'ci',
        digest: 'x',
        commit_sha: 'b'.repeat(40),
        observed_at: '2026-11-21T10:00:00Z',
        value: JSON.stringify({ kind: 'success' }),
      })
      .execute()
    await db
      .insertInto('gate_results')
      .values([
        {
          run_id: id,
          position: 1,
          name: 'pull-request',
          result: 'pass',
          because: 'it is #7',
          evidence: '[]',
        },
        {
          run_id: id,
          position: 2,
          name: 'conflict',
          result: 'refuse',
          reason: 'merge_conflict',
          because: 'it conflicts',
          evidence: JSON.stringify([{ kind: 'file', text: 'a.ts', path: 'a.ts', line: 3 }]),
        },
      ])
      .execute()
    await db
      .insertInto('verdicts')
      .values({
        id: newId(),
        run_id: id,
        model: 'openai/gpt-5.2',
        commit_sha: 'b'.repeat(40),
        diff_digest: 'd',
        issue_digest: 'i',
        prompt_digest: 'p',
        prompt_version: '1',
        result: 'invalid',
        fault: 'no evidence',
        input_tokens: 10,
        output_tokens: 2,
        cost_usd: 0.02,
      })
      .execute()
    await db
      .insertInto('decisions')
      .values({
        id: newId(),
        run_id: id,
        outcome: 'needs_human',
        reason: 'merge_conflict',
        because: 'it conflicts',
        by_actor: 'service',
        policy_version: 'v1',
        receipt: '{}',
      })
      .execute()
    await db
      .insertInto('effects')
      .values({
        id: newId(),
        run_id: id,
        kind: 'discord',
        key: `discord:${id}:escalation`,
        object: `discord:${id}:escalation`,
        payload: '{}',
        patience_ms: 60_000,
        state: 'skipped',
        because: 'off',
        settled_at: '2026-11-21T11:00:00Z',
      })
      .execute()
    await seedEscalation(db, id)
    const { body } = await get(`/api/codex/runs/${id.toUpperCase()}`)
    expect(Object.keys(body).sort()).toEqual(
      [
        'ok',
        'run',
        'artifacts',
        'transitions',
        'facts',
        'gates',
        'verdicts',
        'decision',
        'effects',
        'waitingFor',
        ...['blockers', 'phases', 'attempts', 'budget', 'change', 'checks', 'claims', 'actions'],
      ].sort(),
    )
    expect(body.transitions).toMatchObject([
      { from: null, to: 'run_complete', causedBy: 'timer' },
      {
        from: 'run_complete',
        to: 'needs_human',
        reason: 'merge_conflict',
        because: 'it conflicts',
      },
    ])
    expect(body.facts).toEqual([
      {
        kind: 'ci',
        commitSha: 'b'.repeat(40),
        digest: 'x',
        observedAt: '2026-11-21T10:00:00.000Z',
        value: { kind: 'success' },
      },
      // Where each claim of the run comes from.
      expect.objectContaining({ kind: 'claims', commitSha: null, value: {} }),
    ])
    expect(body.gates[1]).toMatchObject({
      name: 'conflict',
      result: 'refuse',
      reason: 'merge_conflict',
      evidence: [{ text: 'a.ts', path: 'a.ts', line: 3, url: null }],
    })
    expect(body.verdicts).toMatchObject([
      {
        valid: false,
        because: 'no evidence',
        decision: null,
        tokens: { input: 10, cachedInput: 0, output: 2 },
        costUsd: 0.02,
      },
    ])
    expect(body.decision).toMatchObject({
      outcome: 'needs_human',
      reason: 'merge_conflict',
      by: 'service',
      policyVersion: 'v1',
    })
    expect(body.effects).toMatchObject([
      {
        kind: 'discord',
        state: 'skipped',
        tries: 0,
        lastError: null,
        at: '2026-11-21T11:00:00.000Z',
      },
    ])
    expect(body.waitingFor).toMatchObject([
      { what: 'person', deadline: '2026-12-01T00:00:00.000Z', wouldChange: ['person'] },
    ])
  })

  test('shows what it waits for, since when and until when', async () => {
    const since = Date.parse('2026-11-21T10:00:00Z')
    const id = await seedRun(service.db, {
      status: 'waiting_for_ci',
      waiting_for: JSON.stringify([
        {
          what: 'ci',
          since,
          deadline: since + 3_600_000,
          wouldChange: ['ci', 'head'],
          because: 'waiting for unit',
          items: [{ text: 'unit', url: 'https://ci.example/unit' }],
        },
      ]),
    })
    const expected = [
      {
        what: 'ci',
        since: '2026-11-21T10:00:00.000Z',
        deadline: '2026-11-21T11:00:00.000Z',
        wouldChange: ['ci', 'head'],
        because: 'waiting for unit',
        items: [{ text: 'unit', url: 'https://ci.example/unit' }],
      },
    ]
    expect((await get(`/api/codex/runs/${id}/waiting`)).body).toEqual({
      ok: true,
      waitingFor: expected,
    })
  })

  test('shows a wait that an earlier release stored, without explanation and items', async () => {
    const since = Date.parse('2026-11-21T10:00:00Z')
    const id = await seedRun(service.db, {
      status: 'waiting_for_ci',
      waiting_for: JSON.stringify([{ what: 'ci', since, deadline: since, wouldChange: ['ci'] }]),
    })
    const { body } = await get(`/api/codex/runs/${id}/waiting`)
    expect(body.waitingFor).toMatchObject([{ what: 'ci', because: '', items: [] }])
  })

  test('waits for its first reconciliation if new, and for nothing if ended', async () => {
    const open = await seedRun(service.db, { status: 'notified' })
    const ended = await seedRun(service.db, {
      status: 'completed',
      waiting_for: JSON.stringify([{ what: 'ci' }]),
    })
    expect((await get(`/api/codex/runs/${open}/waiting`)).body.waitingFor).toMatchObject([
      { what: 'completion' },
    ])
    expect((await get(`/api/codex/runs/${ended}/waiting`)).body.waitingFor).toEqual([])
  })

  test('returns its next prompt as Markdown, once there is one', async () => {
    const id = await seedRun(service.db, {
      status: 'needs_iteration',
      next_prompt: '# Again\n\n"quoted"',
    })
    expect(await get(`/api/codex/runs/${id}/prompt`)).toMatchObject({
      status: 200,
      type: 'text/markdown; charset=utf-8',
      text: '# Again\n\n"quoted"',
    })
    const none = await seedRun(service.db)
    expect((await get(`/api/codex/runs/${none}/prompt`)).body.code).toBe('not_found')
  })

  test.each(['', '/waiting', '/prompt', '/events'])(
    'is not found if it does not exist or its id is malformed (%s)',
    async (rest) => {
      for (const id of ['nonsense', newId(), '%00', `${newId()}x`]) {
        expect((await get(`/api/codex/runs/${id}${rest}`)).body, id).toMatchObject({
          status: 404,
          code: 'not_found',
        })
      }
    },
  )
})

test('escalations are listed by their state', async () => {
  const run = await seedRun(service.db, {
    repository: 'acme/asked',
    issue_number: 5,
    status: 'needs_human',
  })
  const id = await seedEscalation(service.db, run)
  await seedHistory(service.db, {
    kind: 'escalation',
    runId: toRunId(run),
    escalationId: id,
    because: 'asked',
    causedBy: 'timer',
  })
  const { body } = await get('/api/codex/escalations?state=open')
  expect(body.escalations.find((one: { id: string }) => one.id === id)).toMatchObject({
    runId: run,
    repository: 'acme/asked',
    issueNumber: 5,
    type: 'manual',
    state: 'open',
    options: [{ id: 'resume' }, { id: 'rerun' }],
    recommendation: 'rerun',
    answeredAt: null,
    answer: null,
  })
  expect((await get('/api/codex/escalations?state=answered')).body.escalations).toEqual([])
  expect((await get('/api/codex/escalations?state=half')).body.code).toBe('bad_request')
})
