import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toRunId } from '../../services/judge/src/run/run.ts'
import { seedEscalation, seedHistory, seedRun, seedTransition } from '../harness/seed.ts'
import { startHistoryService, type TestService } from './history-service.ts'

let service: TestService
let clients: AbortController[] = []
beforeEach(async () => {
  service = await startHistoryService()
})
afterEach(async () => {
  for (const client of clients) client.abort()
  clients = []
  await service.close()
})

interface Message {
  readonly id: string | null
  readonly event: string | null
  readonly data: unknown
}

/** A client that reads one message at a time; `null` once the stream has ended. */
async function follow(path: string, lastEventId?: string) {
  const client = new AbortController()
  clients.push(client)
  const answer = await fetch(`${service.url}${path}`, {
    signal: client.signal,
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let buffer = ''
  const block = async (): Promise<string | null> => {
    for (;;) {
      const end = buffer.indexOf('\n\n')
      if (end >= 0) {
        const found = buffer.slice(0, end)
        buffer = buffer.slice(end + 2)
        return found
      }
      const part = await reader?.read()
      if (part === undefined || part.done) return null
      buffer += part.value
    }
  }
  const first = await block()
  const next = async (): Promise<Message | null> => {
    const text = await block()
    if (text === null) return null
    const fields = new Map(
      text
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    )
    const data = fields.get('data')
    return {
      id: fields.get('id') ?? null,
      event: fields.get('event') ?? null,
      data: data === undefined ? null : JSON.parse(data),
    }
  }
  return { answer, first, next, leave: () => client.abort() }
}

test('a follower receives new changes, each with the run as it is now', async () => {
  const before = await seedRun(service.db)
  await seedTransition(service.db, before, { from: null, to: 'run_complete' })
  const stream = await follow('/api/codex/events')
  expect(stream.answer.headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(stream.first).toBe('retry: 1000')
  const id = await seedRun(service.db, { issue_number: 9 })
  await seedTransition(service.db, id, {
    from: null,
    to: 'run_complete',
    because: 'the workflow has finished',
  })
  expect(await stream.next()).toMatchObject({
    id: expect.stringMatching(/^\d+$/),
    event: 'run',
    data: {
      run: { id, issueNumber: 9, status: 'run_complete' },
      change: { from: null, to: 'run_complete', because: 'the workflow has finished' },
    },
  })
})

test('events after Last-Event-ID come first, in one sequence; 0 means all', async () => {
  const id = await seedRun(service.db, { status: 'needs_human' })
  for (let n = 0; n < 250; n++)
    await seedTransition(service.db, id, {
      from: 'run_complete',
      to: 'waiting_for_ci',
      because: `change ${n}`,
    })
  const escalationId = await seedEscalation(service.db, id)
  await seedHistory(service.db, {
    kind: 'escalation',
    runId: toRunId(id),
    escalationId,
    because: 'asked',
    causedBy: 'timer',
  })

  const all = await follow('/api/codex/events', '0')
  const seen: Message[] = []
  while (seen.length < 251)
    seen.push((await all.next()) ?? { id: 'ended', event: null, data: null })
  expect(seen.map(({ id }) => Number(id))).toEqual(
    seen.map(({ id }) => Number(id)).sort((a, b) => a - b),
  )
  expect(new Set(seen.map(({ id }) => id)).size).toBe(251)
  expect(seen[3]).toMatchObject({ event: 'run', data: { change: { because: 'change 3' } } })
  expect(seen[250]).toMatchObject({
    event: 'escalation',
    data: { escalation: { id: escalationId, runId: id, state: 'open' } },
  })

  const rest = await follow('/api/codex/events', seen[248]?.id ?? '')
  expect((await rest.next())?.id).toBe(seen[249]?.id)
  expect((await rest.next())?.id).toBe(seen[250]?.id)
  await seedTransition(service.db, id, {
    from: 'needs_human',
    to: 'superseded',
    reason: 'newer_run',
  })
  expect((await rest.next())?.data).toMatchObject({ change: { to: 'superseded' } })
  expect((await all.next())?.data).toMatchObject({ change: { to: 'superseded' } })
})

test('one run can be followed alone', async () => {
  const mine = await seedRun(service.db)
  const other = await seedRun(service.db)
  await seedTransition(service.db, other, { from: null, to: 'run_complete' })
  await seedTransition(service.db, mine, { from: null, to: 'run_complete' })
  const stream = await follow(`/api/codex/runs/${mine}/events`, '0')
  expect((await stream.next())?.data).toMatchObject({ run: { id: mine } })
  await seedTransition(service.db, other, { from: 'run_complete', to: 'waiting_for_ci' })
  await seedTransition(service.db, mine, { from: 'run_complete', to: 'waiting_for_review' })
  expect((await stream.next())?.data).toMatchObject({
    run: { id: mine },
    change: { to: 'waiting_for_review' },
  })
})

test('an unknown or invalid Last-Event-ID means only new events', async () => {
  const id = await seedRun(service.db)
  await seedTransition(service.db, id, { from: null, to: 'run_complete' })
  const streams = await Promise.all(
    ['999999', 'nonsense', '-1'].map((place) => follow('/api/codex/events', place)),
  )
  await seedTransition(service.db, id, { from: 'run_complete', to: 'judging' })
  for (const stream of streams)
    expect((await stream.next())?.data).toMatchObject({ change: { to: 'judging' } })
})

test('a follower that arrives after others have left misses nothing', async () => {
  const id = await seedRun(service.db)
  const first = await follow('/api/codex/events')
  await seedTransition(service.db, id, { from: null, to: 'run_complete' })
  await first.next()
  first.leave()
  const second = await follow('/api/codex/events', '0')
  expect((await second.next())?.data).toMatchObject({ change: { to: 'run_complete' } })
  await seedTransition(service.db, id, { from: 'run_complete', to: 'judging' })
  expect((await second.next())?.data).toMatchObject({ change: { to: 'judging' } })
})

test('many simultaneous changes reach every follower once and in order', async () => {
  const id = await seedRun(service.db)
  const streams = await Promise.all(Array.from({ length: 5 }, () => follow('/api/codex/events')))
  await Promise.all(
    Array.from({ length: 120 }, (_, n) =>
      seedTransition(service.db, id, {
        from: 'run_complete',
        to: 'judging',
        because: `change ${n}`,
      }),
    ),
  )
  for (const stream of streams) {
    const ids: number[] = []
    while (ids.length < 120) ids.push(Number((await stream.next())?.id))
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
  }
})

test('a lost listening connection is restored, and no change in between is missed', async () => {
  const id = await seedRun(service.db)
  const stream = await follow('/api/codex/events')
  await seedTransition(service.db, id, { from: null, to: 'run_complete' })
  await stream.next()
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name like 'codex-judge listen%' and datname = current_database()`.execute(
    service.db,
  )
  await seedTransition(service.db, id, { from: 'run_complete', to: 'judging' })
  expect((await stream.next())?.data).toMatchObject({ change: { to: 'judging' } })
})

test('open streams end when the service stops, and do not delay it', async () => {
  const stream = await follow('/api/codex/events')
  await service.app.close()
  expect(await stream.next()).toBeNull()
})

test('a client that does not accept events gets 406, and HEAD opens no stream', async () => {
  const refused = await fetch(`${service.url}/api/codex/events`, {
    headers: { accept: 'application/json' },
  })
  expect(refused.status).toBe(406)
  await refused.body?.cancel()
  expect((await fetch(`${service.url}/api/codex/events`, { method: 'HEAD' })).status).toBe(405)
})
