import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import { createRecorder } from '../../services/judge/src/correlate/recorder.ts'
import { createTestDatabase } from '../harness/database.ts'
import { body, headers, path } from './arbitrary.ts'
import { type IngestServer, readFixture, startIngest } from './start-ingest.ts'

const secret = 'secret'
let fresh: Awaited<ReturnType<typeof createTestDatabase>>
let database: Database
let service: IngestServer
beforeAll(async () => {
  fresh = await createTestDatabase()
  database = openDatabase(fresh.url, { name: 'test', onError: () => {} })
  const into = createRecorder({
    awaitsArgo: false,
    db: database.db,
    wakeRuns: () => {},
    mask: async (text) => text,
  })
  service = await startIngest({ secrets: [secret], into })
})
afterAll(async () => {
  await service.close()
  await database.close()
  await fresh.drop()
})

const kept = async (): Promise<number> =>
  Number((await database.pool.query('select count(*) from inbox')).rows[0].count)

test('any bytes are on disk once they are answered, and PostgreSQL stores what was read of them', async () => {
  await fc.assert(
    fc.asyncProperty(path, body, headers, async (to, bytes, sent) => {
      const before = await kept()
      const signature = {
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`,
      }
      const answer = await service.post(to, bytes, {
        ...sent,
        ...(to.includes('github') ? signature : {}),
      })
      expect([202, 400]).toContain(answer.status)
      // A readable message must not be refused by the database alone.
      expect(answer.body.fault, answer.body.detail).not.toBe('not_recordable')
      const answers: readonly { event: { duplicate: boolean } }[] =
        answer.status === 400
          ? [{ event: { duplicate: false } }]
          : (answer.body.events ?? [answer.body])
      expect(await kept()).toBe(before + answers.filter(({ event }) => !event.duplicate).length)
    }),
    { numRuns: 250 },
  )
})

test('the stored bytes are the sent ones, also of a message with every field hostile', async () => {
  const evil = `\\u0000\\ud800${'x'.repeat(5000)}`
  const text = readFixture(
    'argo-messages/sensor-with-templates/01-succeeded-artifacts.json',
  ).replace(
    '"branch":"',
    `"note":"${evil}","prompt":"${evil}","workflowUid":"${evil}","branch":"${evil}`,
  )
  const answer = await service.post('/api/codex/run-complete', text, {
    'ce-id': 'x'.repeat(6000),
    'ce-source': 's',
  })
  expect([answer.status, answer.body.outcome], JSON.stringify(answer.body).slice(0, 600)).toEqual([
    202,
    'recorded',
  ])
  const { rows } = await database.pool.query(
    'select body, source, transport, state from inbox where id = $1',
    [answer.body.event.id],
  )
  expect(rows).toEqual([
    { body: Buffer.from(text), source: 'run-complete', transport: 'http', state: 'applied' },
  ])
})
