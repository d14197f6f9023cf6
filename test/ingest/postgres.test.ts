import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import { createRecorder } from '../../services/judge/src/correlate/record.ts'
import { freshDatabase } from '../harness/database.ts'
import { body, headers, path } from './arbitrary.ts'
import { fixture, type Listening, listening } from './listening.ts'

const secret = 'secret'
let fresh: Awaited<ReturnType<typeof freshDatabase>>
let database: Database
let service: Listening
beforeAll(async () => {
  fresh = await freshDatabase()
  database = openDatabase(fresh.url, { name: 'test', onError: () => {} })
  const into = createRecorder({ db: database.db, ring: () => {}, mask: async (text) => text })
  service = await listening({ secrets: [secret], into })
})
afterAll(async () => {
  await service.close()
  await database.close()
  await fresh.drop()
})

const kept = async (): Promise<number> =>
  Number((await database.pool.query('select count(*) from inbox')).rows[0].count)

test('whatever bytes come: Postgres takes what was read of them, and an answer means that they are on disk', async () => {
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
      // Ours reads everything that it calls readable: nothing is left that only the database would
      // refuse.
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

test('the bytes are those that came, and a hostile message of every field at once is stored', async () => {
  const evil = `\\u0000\\ud800${'x'.repeat(5000)}`
  const text = fixture('argo-messages/sensor-with-templates/01-succeeded-artifacts.json').replace(
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
