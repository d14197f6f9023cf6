import { pino } from 'pino'
import { expect, test } from 'vitest'
import { transact } from '../../services/judge/src/adapters/postgres/transact.ts'
import { countMessages } from '../../services/judge/src/correlate/count-messages.ts'
import type { EffectByKind } from '../../services/judge/src/decide/effect.ts'
import { createAskPerformer } from '../../services/judge/src/effects/ask.ts'
import { createPerform } from '../../services/judge/src/effects/perform.ts'
import type { Performer, Performers } from '../../services/judge/src/effects/performer.ts'
import { act } from '../../services/judge/src/engine/operate/act.ts'
import { LEASE_SECONDS } from '../../services/judge/src/engine/schedule/leases.ts'
import type { Model } from '../../services/judge/src/judge/port.ts'
import { buildPrompt } from '../../services/judge/src/judge/prompt.ts'
import { serializePrompt } from '../../services/judge/src/judge/stored-prompt.ts'
import { Failure } from '../../services/judge/src/lib/failure.ts'
import { noopTrace } from '../../services/judge/src/lib/trace.ts'
import { answer, coverage, judgePolicy, promptInput, subject } from '../judge/samples.ts'
import {
  commitStep,
  loadForReconcile,
  makePlannedEffect,
  makeWait,
  unreachableDeps,
  useKit,
} from './kit.ts'
import { makeCompletion } from './make-messages.ts'

// docs/consistency.md, "Counted after the commit".

const kit = useKit()
const log = pino({ level: 'silent' })
const stored = serializePrompt(buildPrompt(promptInput(), judgePolicy()))
const question: EffectByKind<'ask'> = {
  kind: 'ask',
  key: 'ask:1',
  model: 'm',
  subject,
  promptDigest: stored.digest,
  money: { price: null, unknownCallUsd: 0.25, runUsd: 2, issueUsd: 10, repositoryDayUsd: 50 },
  timeout: 30_000,
  patience: 900_000,
}

/** The first transaction with such a write fails to serialize when it commits, and is repeated. */
const conflictOnce = (table: string, event: 'insert' | 'update', when = 'true') =>
  kit.query(`
    create sequence conflicts;
    create function conflict() returns trigger language plpgsql as $$
    begin
      if nextval('conflicts') = 1 then raise exception 'conflict' using errcode = '40001'; end if;
      return new;
    end $$;
    create constraint trigger conflict after ${event} on ${table} deferrable initially deferred
      for each row when (${when}) execute function conflict()`)
const hasConflicted = async () => (await kit.query('select is_called from conflicts'))[0]?.is_called

const pass = answer({ requirements_coverage: [coverage(1), coverage(2)] })
const model: Model = {
  ask: async () => ({
    text: JSON.stringify(pass),
    read: { kind: 'answer', answer: pass },
    usage: null,
    tookMs: 5,
  }),
}

/** A replica that asks a model, with everything it counted. */
function createReplica(asked: Model = model, mode: 'act' | 'observe' = 'act') {
  const counted: string[] = []
  const unused: Performer<never> = { perform: () => Promise.reject(new Error('unused')) }
  const ask = createAskPerformer({
    db: kit.db,
    findModel: () => asked,
    mask: async (text) => text,
    onCall: ({ outcome, costUsd }) => counted.push(`call ${outcome} $${costUsd}`),
  })
  const kinds = ['dispatch', 'discord', 'status', 'remember', 'requestReview', 'rerunChecks']
  const perform = createPerform({
    db: kit.db,
    log,
    performers: { ...Object.fromEntries(kinds.map((kind) => [kind, unused])), ask } as Performers,
    wakeRuns: () => {},
    wakeEffectAfter: () => {},
    holdLease: () => ({ lost: new AbortController().signal, [Symbol.dispose]: () => {} }),
    leaseSeconds: LEASE_SECONDS.effect,
    getMode: () => mode,
    mask: async (text) => text,
    onOutcome: (kind, outcome) => counted.push(`${kind} ${outcome}`),
    trace: noopTrace,
  })
  return {
    counted,
    perform: async (id: string, signal = new AbortController().signal) => {
      await kit.query(`
        update effects set next_try_at = now(), trying_until = null where settled_at is null`)
      await perform(id, signal)
    },
  }
}

async function planQuestion(effect: typeof question = question): Promise<string> {
  await kit.db
    .insertInto('blobs')
    .values(stored)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const run = await kit.record(makeCompletion())
  const loaded = await loadForReconcile(kit, run)
  const effects = [makePlannedEffect(effect)]
  const committed = await commitStep(kit, loaded, makeWait(loaded.now, { effects }))
  return committed.kind === 'committed' ? (committed.effects[0] ?? '') : ''
}

test('a call is counted once although the transaction that books it was repeated', async () => {
  const id = await planQuestion()
  await conflictOnce('verdicts', 'insert')
  const { counted, perform } = createReplica()
  await perform(id)
  expect(await hasConflicted()).toBe(true)
  expect(counted).toEqual(['call valid $0.25', 'ask done'])
})

test('an effect that is not tried is counted once although that transaction was repeated', async () => {
  const id = await planQuestion()
  await kit.query(`update effects set kind = 'requestReview',
    payload = payload || '{"kind":"requestReview"}'`)
  await conflictOnce('effects', 'update', `new.state = 'skipped'`)
  const { counted, perform } = createReplica(model, 'observe')
  await perform(id)
  expect(await hasConflicted()).toBe(true)
  expect(counted).toEqual(['requestReview skipped'])
})

test('an answer that could not be stored is counted when the next try books it, once', async () => {
  const id = await planQuestion()
  await kit.query(`
    create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'refused'; end $$;
    create trigger refuse before insert on verdicts for each row execute function refuse()`)
  const { counted, perform } = createReplica()
  await perform(id)
  expect(counted).toEqual(['ask unknown'])
  await kit.query('drop trigger refuse on verdicts')
  await perform(id)
  expect(counted).toEqual(['ask unknown', 'call failed $0.25', 'call valid $0.25', 'ask done'])
  expect(await kit.query('select cost_usd from runs')).toEqual([{ cost_usd: 0.5 }])
})

test('a killed try is counted once, by the try that takes over', async () => {
  const id = await planQuestion()
  const killed = createReplica({ ask: () => new Promise<never>(() => {}) })
  void killed.perform(id)
  await expect.poll(() => kit.query('select from spend'), { timeout: 20_000 }).toHaveLength(1)
  const { counted, perform } = createReplica()
  await perform(id)
  expect(counted).toEqual(['ask unknown', 'call failed $0.25', 'call valid $0.25', 'ask done'])
  expect(killed.counted).toEqual([])
})

test.each(['answer', 'failure'] as const)(
  'a try that was overtaken counts nothing when its %s arrives at last',
  async (kind) => {
    const id = await planQuestion()
    const late = Promise.withResolvers<void>()
    const stalled = createReplica({
      ask: async (request) => {
        await late.promise
        if (kind === 'failure') throw new Failure('unavailable', '503')
        return model.ask(request)
      },
    })
    const ending = stalled.perform(id)
    await expect.poll(() => kit.query('select from spend'), { timeout: 20_000 }).toHaveLength(1)
    const { counted, perform } = createReplica()
    await perform(id)
    late.resolve()
    await ending
    expect(stalled.counted).toEqual([])
    expect(counted).toEqual(['ask unknown', 'call failed $0.25', 'call valid $0.25', 'ask done'])
  },
)

test('a message is counted once although its transaction was repeated', async () => {
  await conflictOnce('inbox', 'insert')
  const counted: string[] = []
  const recorder = countMessages(kit.recorder, (source, outcome) =>
    counted.push(`${source} ${outcome}`),
  )
  const message = makeCompletion()
  await recorder.record(message)
  await recorder.record(message)
  expect(await hasConflicted()).toBe(true)
  expect(counted).toEqual(['run-complete recorded', 'run-complete duplicate'])
})

test("a person's decision is counted once although its transaction was repeated", async () => {
  const runId = await kit.record(makeCompletion())
  await conflictOnce('decisions', 'insert')
  const counted: string[] = []
  const deps = {
    observeDeps: unreachableDeps,
    trace: noopTrace,
    wakeRuns: () => {},
    wakeEffects: () => {},
    onDecided: ({ status, reason }: { status: string; reason: string }) =>
      counted.push(`${status} ${reason}`),
  }
  const action = { kind: 'override' as const, outcome: 'completed' as const, reason: 'fine' }
  const result = await transact(kit.db, (trx) => act(trx, deps, { runId, action, actor: 'ann' }))
  expect(counted).toEqual([])
  if (result.kind === 'accepted') result.afterCommit()
  expect(await hasConflicted()).toBe(true)
  expect(counted).toEqual(['completed decided_by_person'])
})
