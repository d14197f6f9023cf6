import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, sha256 } from '../../services/judge/src/lib/ids.ts'
import { seedRun } from '../harness/seed.ts'
import { startHistoryService, type TestService } from './history-service.ts'

const diff =
  'diff --git a/src/a.ts b/src/a.ts\n--- a/src/a.ts\n+++ b/src/a.ts\n' +
  '@@ -1,2 +1,3 @@\n one\n+two\n three\n'
const opened: string[] = []
let service: TestService
beforeAll(async () => {
  service = await startHistoryService({
    openArtifact: async ({ bucket, key }) => {
      opened.push(`${bucket}/${key}`)
      if (key === 'gone') return { kind: 'missing' }
      return key === 'bomb'
        ? { kind: 'refused', because: 'it is a bomb' }
        : { kind: 'text', text: '<b>log</b>', truncated: false }
    },
  })
  await service.db
    .insertInto('blobs')
    .values({ digest: sha256(diff), content: diff })
    .execute()
})
afterAll(() => service.close())

const ask = async (url: string, body?: unknown) => {
  const answer = await service.app.inject({
    url,
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.statusCode, headers: answer.headers, text: answer.body }
}
const read = async (url: string, body?: unknown) => JSON.parse((await ask(url, body)).text)

test('an artifact is downloaded as text, and never as a page', async () => {
  const id = await seedRun(service.db, {})
  const keys = { 'implementation-log': 'log', patch: 'gone', 'main-logs': 'bomb' }
  for (const [name, key] of Object.entries(keys))
    await service.db
      .insertInto('artifacts')
      .values({ run_id: id, name, bucket: 'b', key, state: 'found', because: 'read' })
      .execute()
  await service.db
    .insertInto('artifacts')
    .values({
      run_id: id,
      name: 'foreign',
      bucket: 'other',
      key: 'log',
      state: 'refused',
      because: 'the bucket may not be read',
    })
    .execute()
  const log = await ask(`/api/codex/runs/${id}/artifacts/implementation-log`)
  expect(log).toMatchObject({ status: 200, text: '<b>log</b>' })
  expect(log.headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': 'attachment; filename="implementation-log.txt"',
    'x-content-type-options': 'nosniff',
  })
  expect((await ask(`/api/codex/runs/${id}/artifacts/patch`)).status).toBe(404)
  expect((await ask(`/api/codex/runs/${id}/artifacts/main-logs`)).status).toBe(409)
  const asked = opened.length
  expect((await ask(`/api/codex/runs/${id}/artifacts/foreign`)).status).toBe(404)
  expect((await ask(`/api/codex/runs/${id}/artifacts/..%2Fsecret`)).status).toBe(404)
  expect(opened).toHaveLength(asked)
})

test('the audit has what people did, page by page, with their words', async () => {
  const scope = { repository: 'acme/audited' }
  for (const reason of ['an incident', 'another one'])
    await read('/api/codex/pause', { ...scope, reason })
  await read('/api/codex/unpause', { ...scope, reason: 'over' })
  const first = await read('/api/codex/audit?repository=Acme/Audited&limit=2')
  expect(first.entries).toMatchObject([
    { action: 'unpause', note: 'over', effect: 'unpaused acme/audited', runId: null },
    { action: 'pause', note: 'another one' },
  ])
  const rest = await read(
    `/api/codex/audit?repository=acme/audited&limit=2&cursor=${first.nextCursor}`,
  )
  expect(rest).toMatchObject({ entries: [{ note: 'an incident' }], nextCursor: null })
})

test('a list takes several statuses, a pull request, a branch and a cost', async () => {
  const repository = 'acme/filtered'
  const ids = {
    cheap: await seedRun(service.db, {
      repository,
      attempt: 1,
      status: 'completed',
      cost_usd: 0.1,
    }),
    dear: await seedRun(service.db, {
      repository,
      attempt: 2,
      status: 'needs_human',
      cost_usd: 3,
      pr_number: 77,
      branch: 'fix-7',
      prompt: 'do it',
    }),
    open: await seedRun(service.db, { repository, attempt: 3, status: 'judging' }),
  }
  const list = async (query: string) =>
    (await read(`/api/codex/runs/list?repository=${repository}&${query}`)).runs.map(
      ({ id }: { id: string }) => id,
    )
  expect((await list('status=completed,needs_human')).sort()).toEqual([ids.cheap, ids.dear].sort())
  expect(await list('cost=%3E0.5')).toEqual([ids.dear])
  expect(await list('pr=77')).toEqual([ids.dear])
  expect(await list('branch=fix-7')).toEqual([ids.dear])
  for (const wrong of ['status=completed,nonsense', 'cost=much', 'fields=secret'])
    expect((await ask(`/api/codex/runs/list?${wrong}`)).status, wrong).toBe(400)
  const [dear] = (await read(`/api/codex/runs/list?pr=77&repository=${repository}`)).runs
  expect(dear).toMatchObject({ prompt: null, issueTitle: null })
  const [full] = (await read(`/api/codex/runs/list?pr=77&repository=${repository}&fields=prompt`))
    .runs
  expect(full).toMatchObject({ prompt: 'do it', nextPrompt: null })
  const { counts } = await read(`/api/codex/runs/summary?repository=${repository}`)
  expect(counts).toMatchObject({
    completed: { count: 1, oldestSince: null },
    judging: { count: 1, oldestSince: expect.any(String) },
    closed: { count: 0, oldestSince: null },
  })
})

test('a quote of a verdict holds, does not, or was not looked up', async () => {
  const commit_sha = 'c'.repeat(40)
  const id = await seedRun(service.db, {
    commit_sha,
    diff_digest: sha256(diff),
    confidence: 0.9,
    status: 'completed',
  })
  await service.db
    .insertInto('facts')
    .values({
      run_id: id,
      kind: 'file',
      digest: 'f',
      commit_sha,
      observed_at: new Date(),
      value: JSON.stringify({ commit: commit_sha, path: 'src/b.ts', found: false }),
    })
    .execute()
  const quotes = [
    ['src/a.ts', 2, 'two'],
    ['src/b.ts', 9, 'nine'],
    ['src/c.ts', 1, 'x'],
  ].map(([path, line, quote]) => ({ path, line, quote }))
  await service.db
    .insertInto('verdicts')
    .values({
      id: newId(),
      run_id: id,
      model: 'm',
      commit_sha,
      diff_digest: sha256(diff),
      issue_digest: 'i',
      prompt_digest: 'p',
      prompt_version: '1',
      result: 'valid',
      answer: JSON.stringify({
        decision: 'pass',
        confidence: 0.9,
        requirements_coverage: [{ requirement: '1. it', met: true, evidence: quotes }],
      }),
    })
    .execute()
  const { verdicts, change } = await read(`/api/codex/runs/${id}`)
  expect(change).toEqual({ files: 1, additions: 1, deletions: 0 })
  expect(verdicts).toMatchObject([
    {
      acted: true,
      askedBecause: 'Every gate passed, and it is the first model of the policy.',
      requirements: [
        {
          citations: [
            { holds: true, because: null },
            { holds: false, because: 'There is no such text file at the commit; not counted.' },
            { holds: null },
          ],
        },
      ],
    },
  ])
  const label = `/api/codex/runs/${newId()}/verdicts/${verdicts[0].id}/label`
  expect((await ask(label, { right: true })).status).toBe(404)
})
