import { expect, test } from 'vitest'
import { countMessages } from '../../services/judge/src/correlate/count-messages.ts'
import type { Recorder } from '../../services/judge/src/correlate/messages.ts'
import { recordAgentMessages } from '../../services/judge/src/correlate/record-agent-messages.ts'
import { createConsume } from '../../services/judge/src/ingest/kafka/consume.ts'
import { createStoreAgentMessages } from '../../services/judge/src/ingest/nats/store-agent-messages.ts'
import { createCompletion } from '../infra/completions.ts'
import { useKit } from './kit.ts'

const kit = useKit()

const createTestConsume = (recorder: Recorder) =>
  createConsume({
    recorder,
    context: { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' },
    sources: { completions: 'run-complete' },
    onTombstone: () => {},
  })

const makeRecord = (offset: number, body: string) => ({
  topic: 'completions',
  partition: 0,
  offset: String(offset),
  timestamp: '1795271704628',
  headers: {},
  body: Buffer.from(body),
})

const listInbox = () =>
  kit.query('select id, state, error_code, body from inbox order by received_at, id')

test('a malformed record is quarantined once, however often and to whichever replica its topic delivers it', async () => {
  const counted: string[] = []
  const consume = createTestConsume(
    countMessages(kit.recorder, (_source, outcome) => counted.push(outcome)),
  )
  const batch = [makeRecord(7, '{"half a mess'), makeRecord(8, createCompletion(8).value)]
  await consume(batch)
  const again = await Promise.all([consume(batch), consume(batch), consume(batch.slice(0, 1))])
  expect(again.map(([first]) => first?.kind)).toEqual(['quarantined', 'quarantined', 'quarantined'])
  expect((await listInbox()).map(({ state }) => state).sort()).toEqual(['applied', 'quarantined'])
  expect(counted.filter((outcome) => outcome === 'quarantined')).toHaveLength(1)
  expect(counted.filter((outcome) => outcome === 'duplicate')).toHaveLength(5)

  await consume([
    makeRecord(9, '{"half a mess'),
    { ...makeRecord(7, '{"half a mess'), timestamp: '1795271704629' },
  ])
  expect((await listInbox()).filter(({ state }) => state === 'quarantined')).toHaveLength(3)
})

test('a record that cannot be recorded is quarantined once, and recorded when a later delivery can be', async () => {
  const refuse = () => Promise.reject(new Error('no room in this column'))
  const refusing = createTestConsume({ ...kit.recorder, record: refuse, recordBatch: refuse })
  const batch = [makeRecord(7, createCompletion(7).value)]
  await refusing(batch)
  await refusing(batch)
  expect(await listInbox()).toMatchObject([{ state: 'quarantined', error_code: 'not_recordable' }])
  expect(await createTestConsume(kit.recorder)(batch)).toEqual([{ kind: 'stored' }])
  expect((await kit.query('select workflow_uid from runs')).map((row) => row.workflow_uid)).toEqual(
    [createCompletion(7).uid],
  )
})

test('the same malformed bytes sent twice are two messages', async () => {
  const malformed = {
    source: 'run-complete',
    transport: 'http',
    headers: {},
    body: Buffer.from('{"half a mess'),
    error: { code: 'not_json', message: 'It ends too soon.' },
  } as const
  const [first, second] = [
    await kit.recorder.quarantine(malformed),
    await kit.recorder.quarantine(malformed),
  ]
  expect([first.duplicate, second.duplicate]).toEqual([false, false])
  expect(await listInbox()).toHaveLength(2)
})

test('a malformed agent message is quarantined once, however often its stream delivers it', async () => {
  const counted: string[] = []
  const take = createStoreAgentMessages({
    record: (messages) => recordAgentMessages({ db: kit.db, mask: async (text) => text }, messages),
    recorder: kit.recorder,
    onCounted: (outcome) => counted.push(outcome),
  })
  const makeMessage = (sequence: number) => ({
    subject: 'argo.workflow.general.note',
    body: Buffer.from('{"half a mess'),
    place: `nats:agent-comms:${sequence}:1795271704628000000`,
  })
  await take([makeMessage(1)])
  await Promise.all([take([makeMessage(1)]), take([makeMessage(1), makeMessage(2)])])
  expect(await listInbox()).toMatchObject([{ state: 'quarantined' }, { state: 'quarantined' }])
  expect(counted).toEqual([])
})
