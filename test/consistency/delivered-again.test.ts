import { expect, test } from 'vitest'
import { countMessages } from '../../services/judge/src/correlate/count-messages.ts'
import type { Recorder } from '../../services/judge/src/correlate/incoming.ts'
import { recordAgentMessages } from '../../services/judge/src/correlate/record-agent-messages.ts'
import { createConsume } from '../../services/judge/src/ingest/kafka/consume.ts'
import { createTakeAgentMessages } from '../../services/judge/src/ingest/nats/take-agent-messages.ts'
import { completion } from '../infra/completions.ts'
import { useKit } from './kit.ts'

const kit = useKit()

const consumeInto = (recorder: Recorder) =>
  createConsume({
    recorder,
    context: { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' },
    sources: { completions: 'run-complete' },
    empty: () => {},
  })

const recordAt = (offset: number, body: string) => ({
  topic: 'completions',
  partition: 0,
  offset: String(offset),
  timestamp: '1795271704628',
  headers: {},
  body: Buffer.from(body),
})

const kept = () =>
  kit.query('select id, state, error_code, body from inbox order by received_at, id')

test('a record nobody can read is in quarantine once, however often its topic gives it again, and whoever is given it', async () => {
  const counted: string[] = []
  const consume = consumeInto(
    countMessages(kit.recorder, (_source, outcome) => counted.push(outcome)),
  )
  const batch = [recordAt(7, '{"half a mess'), recordAt(8, completion(8).value)]
  await consume(batch)
  const again = await Promise.all([consume(batch), consume(batch), consume(batch.slice(0, 1))])
  expect(again.map(([first]) => first?.kind)).toEqual(['quarantined', 'quarantined', 'quarantined'])
  expect((await kept()).map(({ state }) => state).sort()).toEqual(['applied', 'quarantined'])
  expect(counted.filter((outcome) => outcome === 'quarantined')).toHaveLength(1)
  expect(counted.filter((outcome) => outcome === 'duplicate')).toHaveLength(5)

  await consume([
    recordAt(9, '{"half a mess'),
    { ...recordAt(7, '{"half a mess'), timestamp: '1795271704629' },
  ])
  expect((await kept()).filter(({ state }) => state === 'quarantined')).toHaveLength(3)
})

test('a record that could not be kept as what it is goes to quarantine once, and is recorded when it comes again and can be', async () => {
  const refuse = () => Promise.reject(new Error('no room in this column'))
  const refusing = consumeInto({ ...kit.recorder, record: refuse, recordBatch: refuse })
  const batch = [recordAt(7, completion(7).value)]
  await refusing(batch)
  await refusing(batch)
  expect(await kept()).toMatchObject([{ state: 'quarantined', error_code: 'not_recordable' }])
  expect(await consumeInto(kit.recorder)(batch)).toEqual([{ kind: 'taken' }])
  expect((await kit.query('select workflow_uid from runs')).map((row) => row.workflow_uid)).toEqual(
    [completion(7).uid],
  )
})

test('the same unreadable bytes that somebody sends twice are two messages', async () => {
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
  expect(await kept()).toHaveLength(2)
})

test('what an agent said that nobody can read is in quarantine once, however often its stream gives it again', async () => {
  const counted: string[] = []
  const take = createTakeAgentMessages({
    record: (messages) => recordAgentMessages({ db: kit.db, mask: async (text) => text }, messages),
    recorder: kit.recorder,
    counted: (outcome) => counted.push(outcome),
  })
  const saidAt = (sequence: number) => ({
    subject: 'argo.workflow.general.note',
    body: Buffer.from('{"half a mess'),
    place: `nats:agent-comms:${sequence}:1795271704628000000`,
  })
  await take([saidAt(1)])
  await Promise.all([take([saidAt(1)]), take([saidAt(1), saidAt(2)])])
  expect(await kept()).toMatchObject([{ state: 'quarantined' }, { state: 'quarantined' }])
  expect(counted).toEqual([])
})
