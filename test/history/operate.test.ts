import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PersonAction } from '../../services/judge/src/decide/decide-person-action.ts'
import type {
  AnswerOutcome,
  Operations,
  RerunRequest,
} from '../../services/judge/src/history/operate/operations.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { Problem } from '../../services/judge/src/lib/problem.ts'
import { seedEscalation, seedRun } from '../harness/seed.ts'
import { startHistoryService, type TestService } from './history-service.ts'

let service: TestService
let reruns: RerunRequest[] = []
let actions: { runId: string; action: PersonAction; actor: string }[] = []
let operations: Partial<Operations> = {}
let committed = 0

beforeEach(async () => {
  reruns = []
  actions = []
  committed = 0
  operations = {}
  service = await startHistoryService({
    tokens: {
      operator: [{ name: 'ada', token: 'ada-token' }],
      ingest: [{ name: null, token: 'ingest-token' }],
    },
    operations: {
      rerun: async (request, trx) => {
        reruns.push(request)
        return operations.rerun?.(request, trx) ?? { kind: 'not_found' }
      },
      act: async (request, trx) => {
        actions.push(request)
        return (
          operations.act?.(request, trx) ?? {
            kind: 'accepted',
            runId: request.runId,
            afterCommit: () => committed++,
          }
        )
      },
      answer: async (request, trx) => operations.answer?.(request, trx) ?? new Map(),
      replay: async (message, corrected, trx) => {
        if (operations.replay === undefined) throw new Error('no replay was expected')
        return operations.replay(message, corrected, trx)
      },
    },
  })
})
afterEach(() => service.close())

async function post(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await service.app.inject({
    method: 'POST',
    url: path,
    headers: { authorization: 'Bearer ada-token', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return {
    status: answer.statusCode,
    type: answer.headers['content-type'],
    body: answer.body === '' ? null : JSON.parse(answer.body),
  }
}
const withKey = (key: string) => ({ 'idempotency-key': key })

describe('pausing', () => {
  test('lists every pause in force, and unpausing ends exactly one scope', async () => {
    const everywhere = await post('/api/codex/pause', { reason: 'maintenance' })
    expect(everywhere).toMatchObject({
      status: 200,
      body: {
        ok: true,
        pauses: [{ repository: null, issueNumber: null, reason: 'maintenance', by: 'ada' }],
      },
    })
    const both = await post('/api/codex/pause', {
      repository: 'Acme/Widgets',
      issue_number: '41',
      reason: 'a person works on it',
    })
    expect(both.body.pauses).toMatchObject([
      { repository: null },
      { repository: 'acme/widgets', issueNumber: 41 },
    ])
    const left = await post('/api/codex/unpause', { reason: 'done' })
    expect(left.body.pauses).toMatchObject([{ repository: 'acme/widgets', issueNumber: 41 }])
    const none = await post('/api/codex/unpause', {
      repository: 'acme/WIDGETS',
      issueNumber: 41,
      reason: 'done',
    })
    expect(none).toMatchObject({ status: 200, body: { ok: true, pauses: [] } })
    const rows = await service.db
      .selectFrom('pauses')
      .select(['ended_by', 'ended_because'])
      .execute()
    expect(rows).toEqual([
      { ended_by: 'ada', ended_because: 'done' },
      { ended_by: 'ada', ended_because: 'done' },
    ])
  })

  test('twice is one pause with the newer reason', async () => {
    await post('/api/codex/pause', { repository: 'a/b', reason: 'first' })
    const { body } = await post('/api/codex/pause', { repository: 'a/b', reason: 'second' })
    expect(body.pauses).toMatchObject([{ reason: 'second' }])
    expect(body.pauses).toHaveLength(1)
  })

  test.each([
    [{}, '/reason'],
    [{ reason: '  ' }, '/reason'],
    [{ reason: 'x', issueNumber: 4 }, '/repository'],
    [{ reason: 'x', repository: 'nameless' }, '/repository'],
    [{ reason: 'x', repository: 'a/b', issueNumber: 'four' }, '/issueNumber'],
    [[], ''],
  ])('%j is invalid, and the problem names the place', async (body, path) => {
    const answer = await post('/api/codex/pause', body)
    expect(answer).toMatchObject({
      status: 422,
      type: expect.stringContaining('application/problem+json'),
      body: { code: 'invalid' },
    })
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path)
  })

  test('without JSON is a bad request', async () => {
    for (const body of [undefined, '{', 'reason=x'])
      expect((await post('/api/codex/pause', body)).body).toMatchObject({
        status: 400,
        code: 'bad_request',
      })
  })
})

describe('a rerun', () => {
  const rerun = { repository: 'acme/widgets', issueNumber: 41, prompt: 'Try again.' }

  test('is passed on with the actor, in either spelling, and answered with the run', async () => {
    const id = await seedRun(service.db)
    operations = { rerun: async () => ({ kind: 'accepted', runId: id }) }
    const parent = newId()
    const answer = await post('/api/codex/rerun', {
      repository: 'acme/widgets',
      issue_number: 41,
      prompt: 'Try again.',
      run_id: parent,
    })
    expect(answer).toMatchObject({ status: 202, body: { ok: true, run: { id } } })
    expect(reruns).toEqual([{ ...rerun, runId: parent, actor: 'ada' }])
  })

  test('is a conflict while an attempt is open, and not found for unknown issues', async () => {
    operations = { rerun: async () => ({ kind: 'conflict', because: 'attempt 2 is open' }) }
    expect(await post('/api/codex/rerun', rerun)).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: 'attempt 2 is open' },
    })
    operations = {}
    expect((await post('/api/codex/rerun', rerun)).body).toMatchObject({
      status: 404,
      code: 'not_found',
    })
  })

  test('reports every fault of its body at once', async () => {
    const { body } = await post('/api/codex/rerun', { issueNumber: 0, runId: 'x' })
    expect(body.code).toBe('invalid')
    expect(new Set(body.errors.map((error: { path: string }) => error.path))).toEqual(
      new Set(['/repository', '/issueNumber', '/prompt', '/runId']),
    )
    expect(reruns).toEqual([])
  })
})

describe('an action', () => {
  test.each([
    ['rejudge', undefined, { kind: 'rejudge' }],
    ['resume', {}, { kind: 'resume' }],
    ['rerun', undefined, { kind: 'rerun', prompt: null, note: null }],
    [
      'rerun',
      { prompt: 'Smaller steps.' },
      { kind: 'rerun', prompt: 'Smaller steps.', note: null },
    ],
    [
      'override',
      { outcome: 'closed', reason: 'not wanted' },
      { kind: 'override', outcome: 'closed', reason: 'not wanted' },
    ],
    ['stop', { reason: 'wrong issue' }, { kind: 'stop', reason: 'wrong issue' }],
    ['grant', { attempts: 2 }, { kind: 'grant', attempts: 2, usd: null }],
    ['grant', { attempts: 1, usd: 2.5 }, { kind: 'grant', attempts: 1, usd: 2.5 }],
  ])('%s with %j is passed on', async (name, body, action) => {
    const id = await seedRun(service.db)
    expect(await post(`/api/codex/runs/${id}/actions/${name}`, body)).toMatchObject({
      status: 202,
      body: { ok: true, run: { id } },
    })
    expect(actions).toEqual([{ runId: id, action, actor: 'ada' }])
    expect(committed).toBe(1)
  })

  test.each([
    ['override', { outcome: 'superseded', reason: 'x' }, 422],
    ['override', { outcome: 'closed' }, 422],
    ['stop', {}, 422],
    ['stop', undefined, 400],
    ['grant', { attempts: 0 }, 422],
    ['grant', { attempts: 'two' }, 422],
    ['grant', { attempts: 1, usd: -1 }, 422],
    ['explode', {}, 404],
  ])('%s with %j is refused', async (name, body, status) => {
    const id = await seedRun(service.db)
    expect((await post(`/api/codex/runs/${id}/actions/${name}`, body)).status).toBe(status)
    expect((await post(`/api/codex/runs/nonsense/actions/${name}`, body)).status).toBe(404)
    expect(actions).toEqual([])
  })
})

describe('an answer to a question', () => {
  test('is passed on, and answered with escalation and run', async () => {
    const run = await seedRun(service.db, { status: 'needs_human' })
    const id = await seedEscalation(service.db, run)
    operations = {
      answer: async ({ escalationIds, option, note, actor }, trx) => {
        await trx
          .updateTable('escalations')
          .set({
            state: 'answered',
            answered_at: new Date(),
            answer: JSON.stringify({ option, note, by: actor }),
          })
          .where('id', 'in', [...escalationIds])
          .execute()
        return new Map([[id, { kind: 'accepted', runId: run }]])
      },
    }
    const answer = await post(`/api/codex/escalations/${id}/answer`, {
      option: 'rerun',
      note: 'rebase first',
    })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ok: true,
        escalation: {
          id,
          state: 'answered',
          answer: { option: 'rerun', note: 'rebase first', by: 'ada' },
        },
        run: { id: run },
      },
    })
  })

  test('is one of the offered options, and a second one is a conflict', async () => {
    const runId = await seedRun(service.db, { status: 'needs_human' })
    const id = await seedEscalation(service.db, runId)
    const answerWith = (outcome: AnswerOutcome) => {
      operations = { answer: async () => new Map([[id, outcome]]) }
    }
    answerWith({ kind: 'not_offered', offered: ['rerun', 'close'] })
    expect(await post(`/api/codex/escalations/${id}/answer`, { option: 'accept' })).toMatchObject({
      status: 422,
      body: {
        code: 'invalid',
        errors: [{ path: '/option', message: expect.stringContaining('rerun, close') }],
      },
    })
    expect((await post(`/api/codex/escalations/${id}/answer`, { option: 'later' })).body.code).toBe(
      'invalid',
    )
    answerWith({ kind: 'conflict', because: 'answered already' })
    expect((await post(`/api/codex/escalations/${id}/answer`, { option: 'rerun' })).status).toBe(
      409,
    )
    expect(
      (await post(`/api/codex/escalations/${newId()}/answer`, { option: 'rerun' })).status,
    ).toBe(404)
  })

  test('may be given to several questions, and each has its own result', async () => {
    const runId = await seedRun(service.db, { status: 'needs_human' })
    const [accepted, taken, other, unknown] = [
      await seedEscalation(service.db, runId),
      newId(),
      newId(),
      newId(),
    ]
    let committed = 0
    const requests: unknown[] = []
    operations = {
      answer: async (request) => {
        requests.push(request)
        return new Map<string, AnswerOutcome>([
          [accepted, { kind: 'accepted', runId, afterCommit: () => committed++ }],
          [taken, { kind: 'conflict', because: 'answered already' }],
          [other, { kind: 'not_offered', offered: ['close'] }],
        ])
      },
    }
    const ids = [accepted, taken, other, unknown, accepted.toUpperCase()]
    const body = { ids, option: 'rerun', note: 'Again.' }
    const answer = await post('/api/codex/escalations/answers', body, withKey('many'))
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ok: true,
        results: [
          { id: accepted, status: 200, escalation: { id: accepted }, run: { id: runId } },
          { id: taken, status: 409, code: 'conflict' },
          { id: other, status: 422, code: 'invalid' },
          { id: unknown, status: 404, code: 'not_found' },
        ],
      },
    })
    expect(committed).toBe(1)
    expect(requests).toEqual([
      { escalationIds: ids.slice(0, 4), option: 'rerun', note: 'Again.', actor: 'ada' },
    ])
    // The first answer again, and nothing is done twice.
    expect(await post('/api/codex/escalations/answers', body, withKey('many'))).toEqual(answer)
    expect(committed).toBe(1)
    for (const wrong of [[], 'all', ['nonsense'], Array.from({ length: 101 }, () => newId())])
      expect(
        (await post('/api/codex/escalations/answers', { ...body, ids: wrong })).status,
        String(wrong).slice(0, 50),
      ).toBe(422)
  })
})

describe('quarantine', () => {
  const seedQuarantined = async () => {
    const id = newId()
    await service.db
      .insertInto('inbox')
      .values({
        id,
        source: 'run-complete',
        transport: 'http',
        state: 'quarantined',
        because: 'not JSON',
        error_code: 'not_json',
        headers: JSON.stringify({ 'ce-id': '7' }),
        body: Buffer.from('{oops\0'),
      })
      .execute()
    return id
  }
  const listQuarantined = async () =>
    (await service.app.inject({ url: '/api/codex/quarantine' })).json().quarantine

  test('lists unparsed messages, and a successful replay removes the message', async () => {
    const id = await seedQuarantined()
    expect(await listQuarantined()).toEqual([
      {
        id,
        source: 'run-complete',
        receivedAt: expect.any(String),
        error: { code: 'not_json', message: 'not JSON' },
        bytes: 6,
        body: '{oops\uFFFD',
        truncated: false,
      },
    ])
    const replayed = newId()
    const seen: unknown[] = []
    operations = {
      replay: async (message, corrected) => {
        seen.push({ ...message, body: Buffer.from(message.body).toString() }, corrected)
        return {
          answer: {
            ok: true,
            event: { id: replayed, duplicate: false },
            outcome: 'recorded',
            run: null,
          },
          afterCommit: () => {},
        }
      },
    }
    const answer = await post(`/api/codex/quarantine/${id}/replay`, { body: { a: 1 } })
    expect(answer).toMatchObject({
      status: 202,
      body: { ok: true, event: { id: replayed, duplicate: false }, outcome: 'recorded', run: null },
    })
    expect(seen).toMatchObject([
      { id, source: 'run-complete', transport: 'http', headers: { 'ce-id': '7' }, body: '{oops\0' },
      { a: 1 },
    ])
    expect(await listQuarantined()).toEqual([])
    expect((await post(`/api/codex/quarantine/${id}/replay`)).status).toBe(409)
  })

  test('shows the beginning of a long message, and says so', async () => {
    const id = await seedQuarantined()
    const body = Buffer.from('é'.repeat(1_000_000))
    await service.db.updateTable('inbox').set({ body }).where('id', '=', id).execute()
    const [entry] = await listQuarantined()
    expect(entry).toMatchObject({ id, bytes: 2_000_000, truncated: true })
    expect(entry.body).toMatch(/^é{16383}…$/)
  })

  test('keeps a message that is still malformed', async () => {
    const id = await seedQuarantined()
    operations = {
      replay: async () => {
        throw new Problem('invalid', 'still malformed', {
          extra: { errors: [{ path: '/body', message: 'no JSON' }] },
        })
      },
    }
    expect((await post(`/api/codex/quarantine/${id}/replay`)).body).toMatchObject({
      status: 422,
      errors: [{ path: '/body' }],
    })
    expect(await listQuarantined()).toHaveLength(1)
    expect((await post(`/api/codex/quarantine/${newId()}/replay`)).status).toBe(404)
  })
})

describe('an Idempotency-Key', () => {
  test('executes a write once: a repetition gets the first response byte for byte', async () => {
    const id = await seedRun(service.db)
    const path = `/api/codex/runs/${id}/actions/stop`
    const first = await post(path, { reason: 'x' }, withKey('k1'))
    const again = await post(path, { reason: 'x' }, withKey('k1'))
    expect(again).toEqual(first)
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body))
    expect([actions.length, committed]).toEqual([1, 1])
  })

  test('counts for the route, however its path is spelled', async () => {
    const id = await seedRun(service.db)
    const path = `/api/codex/runs/${id}/actions/stop`
    const spellings = [
      path,
      path.replace(id, id.toUpperCase()),
      path.replaceAll('-', '%2D').replace('stop', 's%74op'),
      `${path}?b=1&a=2`,
      `${path}?a=2&b=1#x`,
    ]
    const answers = []
    for (const spelling of spellings)
      answers.push(await post(spelling, { reason: 'x' }, withKey('spelled')))
    expect(answers.map(({ status }) => status)).toEqual(spellings.map(() => 202))
    expect(actions).toHaveLength(1)
  })

  test('executes a write once also if repetitions arrive together', async () => {
    const id = await seedRun(service.db)
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        post(`/api/codex/runs/${id}/actions/resume`, {}, withKey('together')),
      ),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    expect(actions).toHaveLength(1)
  })

  test('repeats a refusal after a change of state, but not for another body or route', async () => {
    const rerun = { repository: 'acme/widgets', issueNumber: 41, prompt: 'Again.' }
    operations = { rerun: async () => ({ kind: 'conflict', because: 'attempt 2 is open' }) }
    const first = await post('/api/codex/rerun', rerun, withKey('k2'))
    operations = {}
    expect(await post('/api/codex/rerun', rerun, withKey('k2'))).toEqual(first)
    expect(first.type).toContain('application/problem+json')
    expect(
      (await post('/api/codex/rerun', { ...rerun, prompt: 'Other.' }, withKey('k2'))).body,
    ).toMatchObject({
      status: 422,
      code: 'invalid',
    })
    expect((await post('/api/codex/pause', { reason: 'x' }, withKey('k2'))).status).toBe(200)
    expect(reruns).toHaveLength(1)
  })

  test('stores nothing for a failed write, and expires after a day', async () => {
    const id = await seedRun(service.db)
    const path = `/api/codex/runs/${id}/actions/resume`
    operations = {
      act: async ({ runId }, trx) => {
        await trx.updateTable('runs').set({ branch: 'half done' }).where('id', '=', runId).execute()
        throw new Error('broken')
      },
    }
    expect((await post(path, {}, withKey('k3'))).body).toMatchObject({
      status: 500,
      code: 'internal',
    })
    operations = {}
    expect((await post(path, {}, withKey('k3'))).body).toMatchObject({
      ok: true,
      run: { branch: 'codex/issue-41' },
    })
    await sql`update idempotency set at = now() - interval '25 hours'`.execute(service.db)
    await post(path, {}, withKey('k3'))
    expect(actions).toHaveLength(3)
  })

  test('rolls back a refused write', async () => {
    const id = await seedRun(service.db)
    operations = {
      act: async ({ runId }, trx) => {
        await trx.updateTable('runs').set({ branch: 'half done' }).where('id', '=', runId).execute()
        return { kind: 'conflict', because: 'a dispatch is under way' }
      },
    }
    expect((await post(`/api/codex/runs/${id}/actions/resume`, {}, withKey('k4'))).status).toBe(409)
    expect((await post(`/api/codex/runs/${id}/actions/resume`, {})).status).toBe(409)
    const row = await service.db
      .selectFrom('runs')
      .select('branch')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row.branch).toBe('codex/issue-41')
  })

  test('that is empty or longer than 255 characters is a bad request', async () => {
    for (const key of [' ', 'k'.repeat(256)])
      expect((await post('/api/codex/pause', { reason: 'x' }, withKey(key))).status).toBe(400)
  })
})

test('every write requires the token of an operator', async () => {
  const id = newId()
  const paths = [
    '/api/codex/pause',
    '/api/codex/unpause',
    '/api/codex/rerun',
    `/api/codex/runs/${id}/actions/stop`,
    `/api/codex/escalations/${id}/answer`,
    '/api/codex/escalations/answers',
    `/api/codex/quarantine/${id}/replay`,
  ]
  for (const path of paths) {
    expect((await post(path, {}, { authorization: '' })).status, path).toBe(401)
    expect((await post(path, {}, { authorization: 'Bearer nonsense' })).status, path).toBe(401)
    expect((await post(path, {}, { authorization: 'Bearer ingest-token' })).status, path).toBe(403)
  }
})

describe('memories', () => {
  test('are stored by operators and ingest clients, and found by their words', async () => {
    const ingest = { authorization: 'Bearer ingest-token' }
    const one = await post(
      '/api/memories',
      {
        namespace: 'codex:acme/widgets:41',
        content: 'The widget was round.',
        summary: 'Round.',
        tags: ['a'],
        metadata: { n: 1 },
      },
      ingest,
    )
    expect(one).toMatchObject({
      status: 201,
      body: {
        ok: true,
        memory: {
          namespace: 'codex:acme/widgets:41',
          kind: null,
          summary: 'Round.',
          content: 'The widget was round.',
          tags: ['a'],
          metadata: { n: 1 },
          createdAt: expect.any(String),
        },
      },
    })
    await post('/api/memories', {
      namespace: 'codex:acme/widgets:41',
      content: 'The widget: square, not so.',
    })
    await post('/api/memories', { namespace: 'elsewhere', content: 'A round widget elsewhere.' })
    const searchMemories = async (query: string) =>
      (await service.app.inject({ url: `/api/memories?${query}` })).json()
    expect(
      (await searchMemories('namespace=codex:acme/widgets:41&query=round%20widget')).memories.map(
        ({ content }: { content: string }) => content,
      ),
    ).toEqual(['The widget was round.', 'The widget: square, not so.'])
    expect((await searchMemories('query=widget&limit=1')).memories).toHaveLength(1)
    expect((await searchMemories("query=%26%7C!%3A*()'")).memories).toEqual([])
    expect(await searchMemories('namespace=x')).toMatchObject({ status: 400, code: 'bad_request' })
    expect(await searchMemories(`query=${'x'.repeat(10_001)}`)).toMatchObject({ status: 400 })
  })

  test.each([
    [{}, '/content'],
    [{ content: 'x'.repeat(50_001) }, '/content'],
    [{ content: 'x', summary: 'x'.repeat(5_001) }, '/summary'],
    [{ content: 'x', tags: Array.from({ length: 51 }, String) }, '/tags'],
  ])('above their limits are invalid', async (body, path) => {
    const answer = await post('/api/memories', body)
    expect(answer.status).toBe(422)
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path)
  })
})
