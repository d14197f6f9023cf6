import { expect, test } from 'vitest'
import { seedRun } from '../harness/seed.ts'
import { startHistoryService, type TestService } from './history-service.ts'

async function withService(
  options: Parameters<typeof startHistoryService>[0],
  use: (service: TestService) => Promise<void>,
) {
  const service = await startHistoryService(options)
  try {
    await use(service)
  } finally {
    await service.close()
  }
}

test('the service is ready if Postgres is up and migrated, and reports every other system', () =>
  withService({ tokens: { read: [{ name: null, token: 'r' }] } }, async ({ app }) => {
    for (const url of ['/readyz', '/health']) {
      const answer = await app.inject({ url })
      expect([answer.statusCode, answer.json()]).toEqual([
        200,
        {
          ok: true,
          postgres: 'ok',
          migrations: 'done',
          writes: 'ok',
          systems: { discord: 'off: DISCORD_BOT_TOKEN is not set' },
          details: {},
        },
      ])
    }
    expect((await app.inject({ url: '/livez' })).json()).toEqual({ ok: true })
  }))

test('a system that is watched is shown with what it answered, when, and what to set', () => {
  const details = {
    state: 'refused',
    since: '2026-12-05T10:00:00.000Z',
    lastAnswerAt: '2026-12-05T10:05:00.000Z',
    because: 'acme: 401: Bad credentials; set a valid GITHUB_TOKEN',
    refusals: [
      {
        scope: 'acme',
        operation: 'any',
        because: '401: Bad credentials',
        remedy: 'set a valid GITHUB_TOKEN',
        since: '2026-12-05T10:00:00.000Z',
        lastAt: '2026-12-05T10:05:00.000Z',
      },
    ],
    missingPermissions: ['acme: grant statuses: write, to write its commit status'],
  }
  const state = `refused: ${details.because}`
  const probes = [{ name: 'github', state: () => state, details: () => details }]
  const known = { systems: { github: state }, details: { github: details } }
  return withService({ probes }, async ({ app, loseDatabase }) => {
    expect((await app.inject({ url: '/readyz' })).json()).toMatchObject({ ok: true, ...known })
    await loseDatabase()
    const away = await app.inject({ url: '/readyz' })
    expect([away.statusCode, away.json()]).toMatchObject([503, known])
  })
})

test('the service is not ready before the migrations are done', () =>
  withService({ migrated: async () => false }, async ({ app }) => {
    const answer = await app.inject({ url: '/readyz' })
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toMatchObject({
      code: 'unavailable',
      migrations: 'missing',
      systems: { discord: expect.any(String) },
    })
  }))

test('without Postgres the service is alive and serves metrics, and answers 503 elsewhere', () =>
  withService({}, async ({ app, metrics, loseDatabase }) => {
    metrics.countEvent('github', 'recorded')
    await loseDatabase()
    const away = { ...(await app.inject({ url: '/readyz' })) }
    expect(away.statusCode).toBe(503)
    expect(away.headers).toMatchObject({
      'content-type': expect.stringContaining('application/problem+json'),
      'retry-after': expect.stringMatching(/^\d+$/),
    })
    expect((await app.inject({ url: '/livez' })).statusCode).toBe(200)
    for (const url of [
      '/api/codex/runs/recent',
      '/api/codex/runs/list',
      '/api/codex/events',
      '/api/codex/escalations',
    ]) {
      const answer = await app.inject({ url })
      expect([answer.statusCode, answer.json().code, answer.headers['retry-after']], url).toEqual([
        503,
        'unavailable',
        '5',
      ])
    }
    const write = await app.inject({
      method: 'POST',
      url: '/api/codex/pause',
      body: '{"reason":"x"}',
      headers: { 'idempotency-key': 'k' },
    })
    expect([write.statusCode, write.json().code]).toEqual([503, 'unavailable'])
    const scraped = await app.inject({ url: '/metrics' })
    expect(scraped.statusCode).toBe(200)
    expect(scraped.body).toContain('codex_judge_events_total{source="github",outcome="recorded"} 1')
    expect(scraped.body).not.toMatch(/^codex_judge_effect_oldest_seconds /m)
  }))

test('the GitHub budget has no value before GitHub has reported one', () =>
  withService({}, async ({ app }) => {
    const { body } = await app.inject({ url: '/metrics' })
    expect(body).toContain('# TYPE codex_judge_github_budget_remaining gauge')
    expect(body).not.toMatch(/^codex_judge_github_budget_remaining /m)
  }))

test('every metric of the contract exists under its name and labels', () =>
  withService({}, async ({ app, db, metrics }) => {
    metrics.countEvent('run-complete', 'quarantined')
    metrics.countDecision({
      outcome: 'completed',
      reason: 'accepted',
      decisionSeconds: 12,
      signalSeconds: 0.03,
    })
    metrics.observeWait('ci', 60)
    metrics.countEffect('discord', 'done')
    metrics.countJudgeCall({
      model: 'm',
      outcome: 'valid',
      tokens: { input: 5, cachedInput: 3, output: 2 },
      costUsd: 0.5,
    })
    metrics.countGithubRequest('graphql', 'ok')
    metrics.setGithubBudget(4_990)
    metrics.setKafkaLag('t', 3)
    await seedRun(db, { due_at: new Date(Date.now() - 60_000) })
    await seedRun(db, { status: 'completed' })
    const { body, headers } = await app.inject({ url: '/metrics' })
    expect(headers['content-type']).toMatch(/^text\/plain; version=/)
    for (const line of [
      'codex_judge_events_total{source="run-complete",outcome="quarantined"} 1',
      'codex_judge_quarantined_total{source="run-complete"} 1',
      'codex_judge_runs{status="run_complete"} 1',
      'codex_judge_runs{status="completed"} 1',
      'codex_judge_runs{status="closed"} 0',
      'codex_judge_decisions_total{outcome="completed",reason="accepted"} 1',
      'codex_judge_decision_seconds_bucket{le="15"} 1',
      'codex_judge_signal_to_decision_seconds_bucket{le="0.04"} 1',
      'codex_judge_wait_seconds_bucket{le="60",for="ci"} 1',
      'codex_judge_effects_total{kind="discord",outcome="done"} 1',
      'codex_judge_effect_oldest_seconds 0',
      'codex_judge_judge_calls_total{model="m",outcome="valid"} 1',
      'codex_judge_judge_tokens_total{model="m",kind="cached_input"} 3',
      'codex_judge_cost_usd_total{model="m"} 0.5',
      'codex_judge_github_requests_total{api="graphql",outcome="ok"} 1',
      'codex_judge_github_budget_remaining 4990',
      'codex_judge_kafka_lag{topic="t"} 3',
    ]) {
      expect(body.split('\n'), line).toContain(line)
    }
    expect(
      Number(/^codex_judge_inbox_oldest_seconds (\S+)$/m.exec(body)?.[1]),
    ).toBeGreaterThanOrEqual(60)
    expect(body).toContain('process_cpu_seconds_total')
  }))

test('pages cannot be framed and load nothing from other origins', () =>
  withService({}, async ({ app }) => {
    const { headers } = await app.inject({ url: '/livez' })
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['strict-transport-security']).toBeUndefined()
  }))
