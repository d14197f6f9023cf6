import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { scenario } from '../harness/story.ts'

interface ExplainedKey {
  readonly key: string
  readonly [field: string]: unknown
}

scenario(
  'the policy of a repository is explained key by key, and a change of it is tried on stored runs',
  async ({ agent, github, run, get, post, model }) => {
    const own = 'review: { required: false }\nci: { wait: 20m }\nbudget: { run_usd: 99 }\n'
    github.repository('acme/widgets', { '.codex-judge.yml': own })
    await agent.finishes({ issue: 951 }, ({ pull }) => passChecksAndReview(github, pull))
    await run(951).ends('completed', 'accepted')
    await run(951).settles()
    const before = await run(951).detail()
    const asked = model.requests.length

    const explained = (await get('/api/codex/policy?repository=Acme/Widgets')) as {
      sha: string
      keys: ExplainedKey[]
    }
    const find = (key: string) => explained.keys.find((one) => one.key === key)
    expect(explained).toMatchObject({
      ok: true,
      fault: null,
      version: before.decision?.policyVersion,
    })
    expect(explained.sha).toMatch(/^[0-9a-f]{40}$/)
    expect(find('ci.wait')).toMatchObject({
      ...{ value: '20m', default: '60m', origin: 'repository', sha: explained.sha, locked: false },
      meaning: expect.stringMatching(/^How long CI may take/),
    })
    expect(find('review.required')).toMatchObject({
      ...{ value: true, locked: true, origin: 'default' },
      ignored: [{ value: false, because: "locked by the service's policy" }],
    })
    expect(find('budget.run_usd')).toMatchObject({ value: 2, ignored: [{ value: 99 }] })
    expect(find('attempts.max')).toMatchObject({ value: 5, origin: 'service' })
    const service = (await get('/api/codex/policy')) as { keys: ExplainedKey[] }
    expect(service.keys.find(({ key }) => key === 'ci.wait')).toMatchObject({
      ...{ value: '30s', origin: 'service' },
    })
    expect(await get('/api/codex/policy?repository=elsewhere/x')).toMatchObject({
      fault: expect.stringContaining('elsewhere/x'),
    })

    const policy = { diff: { denied_paths: ['src/**'] } }
    expect(await post('/api/codex/backtest', { repository: 'ACME/widgets', policy })).toMatchObject(
      {
        status: 200,
        body: {
          ...{ ok: true, total: 1, changedTotal: 1, unknown: 0, truncated: false },
          changed: [
            {
              ...{ runId: before.run.id, repository: 'acme/widgets', issueNumber: 951, attempt: 1 },
              before: { outcome: 'completed', reason: 'accepted' },
              after: { outcome: 'needs_iteration', reason: 'out_of_scope' },
              gate: 'scope',
            },
          ],
        },
      },
    )
    const nothing = await post('/api/codex/backtest', { policy: {}, days: 1 })
    expect(nothing.body).toMatchObject({ total: 1, changedTotal: 0, changed: [] })
    const wrong = await post('/api/codex/backtest', { policy: { ci: { waits: '5m' } } })
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: '/policy/ci/waits' }] } })
    expect((await post('/api/codex/backtest', { policy, days: 91 })).status).toBe(422)
    // Nothing was written, and no model was asked.
    expect(await run(951).detail()).toEqual(before)
    expect(model.requests).toHaveLength(asked)
  },
  { policy: { attempts: { max: 5 }, locked: ['review.required'] } },
)
