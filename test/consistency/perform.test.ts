import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Effect } from '../../services/judge/src/decide/effect.ts'
import { createPerform } from '../../services/judge/src/effects/perform.ts'
import type {
  EffectTry,
  Performers,
  Settlement,
} from '../../services/judge/src/effects/performer.ts'
import { createRememberPerformer } from '../../services/judge/src/effects/remember.ts'
import { reserve } from '../../services/judge/src/effects/reserve.ts'
import { LEASE_SECONDS } from '../../services/judge/src/engine/schedule/leases.ts'
import { Failure } from '../../services/judge/src/lib/failure.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { noopTrace } from '../../services/judge/src/lib/trace.ts'
import { toRunId } from '../../services/judge/src/run/run.ts'
import { memoryKinds } from '../../services/judge/src/text/memory.ts'
import { task } from '../effects/samples.ts'
import {
  commitStep,
  loadForReconcile,
  makeEnd,
  makeMessageEffect,
  makePlannedEffect,
  makeReviewEffect,
  makeSha,
  makeStatusEffect,
  makeWait,
  useKit,
} from './kit.ts'
import { makeCompletion } from './make-messages.ts'

const kit = useKit()
const log = pino({ level: 'silent' })

type Perform = (effect: Effect, effectTry: EffectTry) => Promise<Settlement>
const done: Settlement = { state: 'done', because: 'done' }

/** One replica, whose performers all do the same. */
const createReplica = (performEffect: Perform, over: Partial<Performers> = {}) => {
  const performer = { perform: performEffect }
  const performers = {
    ask: performer,
    dispatch: performer,
    discord: performer,
    status: performer,
    remember: performer,
    requestReview: performer,
    rerunChecks: performer,
    ...over,
  } as Performers
  const perform = createPerform({
    db: kit.db,
    log,
    performers,
    wakeRuns: () => {},
    wakeEffectAfter: () => {},
    holdLease: () => ({ lost: new AbortController().signal, [Symbol.dispose]: () => {} }),
    leaseSeconds: LEASE_SECONDS.effect,
    getMode: () => 'act',
    mask: async (text) => text,
    onOutcome: () => {},
    trace: noopTrace,
  })
  return (id: string, signal: AbortSignal = new AbortController().signal) => perform(id, signal)
}

/** Commits effects of one run, one after another. */
const commitEffects = async (
  ...effects: readonly Effect[]
): Promise<{ run: string; ids: readonly string[] }> => {
  const run = await kit.record(makeCompletion())
  const ids: string[] = []
  for (const effect of effects) {
    const loaded = await loadForReconcile(kit, run)
    const committed = await commitStep(
      kit,
      loaded,
      makeWait(loaded.now, { effects: [makePlannedEffect(effect)] }),
    )
    if (committed.kind === 'committed') ids.push(...committed.effects)
  }
  return { run, ids }
}
const readEffects = () => kit.query('select state, tries, because from effects order by sequence')
const readTries = () =>
  kit.query('select number, outcome from effect_tries order by started_at, number')
const expireLeases = () =>
  kit.query(
    "update effects set trying_until = now() - interval '1 second' where trying_until is not null",
  )

// docs/consistency.md, "A try is on record first".
test('a try is on record before its request is sent', async () => {
  const { ids } = await commitEffects(makeMessageEffect('x'))
  let seen: unknown
  await createReplica(async () => {
    seen = await kit.query('select number, ended_at from effect_tries')
    return done
  })(ids[0] ?? '')
  expect(seen).toEqual([{ number: 1, ended_at: null }])
  expect(await readTries()).toEqual([{ number: 1, outcome: 'done' }])
})

test('of many replicas that are woken for one effect, one tries', async () => {
  const { ids } = await commitEffects(makeMessageEffect('x'))
  let sent = 0
  const perform = createReplica(async () => {
    sent += 1
    return done
  })
  await Promise.all(Array.from({ length: 10 }, () => perform(ids[0] ?? '')))
  await perform(ids[0] ?? '')
  expect(sent).toBe(1)
})

test('a try that outlives its lease is overtaken, the next one looks its result up first, and only one settles', async () => {
  const { ids } = await commitEffects(makeMessageEffect('x'))
  const stalled = Promise.withResolvers<Settlement>()
  const began = Promise.withResolvers<void>()
  const first = createReplica(() => {
    began.resolve()
    return stalled.promise
  })(ids[0] ?? '')
  await began.promise
  await expireLeases()
  let second: EffectTry | null = null
  await createReplica(async (_effect, effectTry) => {
    second = effectTry
    return { state: 'done', because: 'it was there already' }
  })(ids[0] ?? '')
  expect(second).toMatchObject({ number: 2, afterUnknown: true })
  stalled.resolve({ state: 'done', because: 'sent, late' })
  await first
  expect(await readEffects()).toEqual([
    { state: 'done', tries: 2, because: 'it was there already' },
  ])
})

test('only answered failures count, and a try that a stop interrupted has an unknown result', async () => {
  const { ids } = await commitEffects(makeMessageEffect('x'))
  const [id = ''] = ids
  const stop = new AbortController()
  await createReplica(async () => {
    stop.abort()
    throw new Error('the socket is gone')
  })(id, stop.signal)
  expect(await kit.query('select state, failures from effects')).toEqual([
    { state: 'unknown', failures: 0 },
  ])
  await createReplica(async () => {
    throw new Failure('unavailable', '503')
  })(id)
  // The result stays unknown until a try has looked it up.
  expect(await kit.query('select state, failures, tries from effects')).toEqual([
    { state: 'unknown', failures: 1, tries: 2 },
  ])
})

test('an answer, its further rows and its nudge are committed together or not at all', async () => {
  const { run, ids } = await commitEffects(makeReviewEffect(makeSha('a')))
  const failing: Perform = async () => ({
    ...done,
    alsoWrite: async () => {
      throw new Error('the disk is full')
    },
  })
  await createReplica(failing)(ids[0] ?? '')
  expect(await readEffects()).toMatchObject([{ state: 'unknown', because: null }])
  expect(await kit.query('select last_error from effects')).toEqual([
    { last_error: 'the answer cannot be stored: the disk is full' },
  ])
  const [before] = await kit.query('select nudges from runs where id = $1', [run])
  await kit.query('update effects set next_try_at = now()')
  await createReplica(async () => done)(ids[0] ?? '')
  expect(await kit.query('select nudges, due_at <= now() as due from runs')).toEqual([
    { nudges: Number(before?.nudges) + 1, due: true },
  ])
})

test('an attempt of an issue that has a newer run is not dispatched', async () => {
  const run = await kit.record(makeCompletion())
  const loaded = await loadForReconcile(kit, run)
  const dispatch = makePlannedEffect({
    kind: 'dispatch',
    key: `dispatch:${task.deliveryId}`,
    task,
    notBefore: 0,
    patience: 60_000,
  })
  const committed = await commitStep(
    kit,
    loaded,
    makeEnd({ status: 'needs_iteration', reason: 'ci_failed', effects: [dispatch] }),
  )
  const [id = ''] = committed.kind === 'committed' ? committed.effects : []
  // Another run of the issue arrives during the first try, and then the dispatcher is unavailable.
  await createReplica(async () => {
    await kit.record(makeCompletion())
    throw new Failure('unavailable', '503')
  })(id)
  await kit.query('update effects set next_try_at = now()')
  let sent = 0
  await createReplica(async () => {
    sent += 1
    return done
  })(id)
  expect(sent).toBe(0)
  expect(await readEffects()).toMatchObject([
    { state: 'replaced', because: 'another run of the issue arrived (attempt 3)' },
  ])
})

// docs/consistency.md, "The newest value wins".
test('of several statuses of one commit only the newest is sent, in whatever order they are woken', async () => {
  const { ids } = await commitEffects(
    makeStatusEffect('pending', 'CI'),
    makeStatusEffect('pending', 'review'),
    makeStatusEffect('success'),
  )
  const sent: string[] = []
  const perform = createReplica(async (effect) => {
    if (effect.kind === 'status') sent.push(effect.description)
    return done
  })
  for (const id of ids.toReversed()) await perform(id)
  expect(sent).toEqual(['success'])
  expect((await readEffects()).map(({ state }) => state)).toEqual(['replaced', 'replaced', 'done'])
})

test('a newer status waits for the answer to an older one that is in flight', async () => {
  const sent: string[] = []
  const older = Promise.withResolvers<void>()
  const began = Promise.withResolvers<void>()
  const { run, ids } = await commitEffects(makeStatusEffect('pending'))
  const perform = createReplica(async (effect) => {
    if (effect.kind === 'status') sent.push(effect.state)
    began.resolve()
    await older.promise
    return done
  })
  const first = perform(ids[0] ?? '')
  await began.promise
  const loaded = await loadForReconcile(kit, run)
  const committed = await commitStep(
    kit,
    loaded,
    makeWait(loaded.now, { effects: [makePlannedEffect(makeStatusEffect('success'))] }),
  )
  const [newer = ''] = committed.kind === 'committed' ? committed.effects : []
  await perform(newer)
  expect(sent).toEqual(['pending'])
  older.resolve()
  await first
  await kit.query('update effects set next_try_at = now() where settled_at is null')
  await perform(newer)
  expect(sent).toEqual(['pending', 'success'])
})

test('a status whose try outlived its lease is followed by the newest status once more', async () => {
  const stalled = Promise.withResolvers<Settlement>()
  const began = Promise.withResolvers<void>()
  const { run, ids } = await commitEffects(makeStatusEffect('pending'))
  const late = createReplica(() => {
    began.resolve()
    return stalled.promise
  })(ids[0] ?? '')
  await began.promise
  await expireLeases()
  const loaded = await loadForReconcile(kit, run)
  const committed = await commitStep(
    kit,
    loaded,
    makeWait(loaded.now, { effects: [makePlannedEffect(makeStatusEffect('success'))] }),
  )
  const [newer = ''] = committed.kind === 'committed' ? committed.effects : []
  const sent: string[] = []
  const perform = createReplica(async (effect) => {
    if (effect.kind === 'status') sent.push(effect.state)
    return done
  })
  await perform(newer)
  stalled.resolve(done)
  await late
  await perform(newer)
  expect(sent).toEqual(['success', 'success'])
})

// docs/consistency.md, "Reserve before asking".
test('two calls can never both take the last of a budget', async () => {
  const runs = await Promise.all(
    [1, 2, 3, 4].map((issueNumber) => kit.record(makeCompletion({ issueNumber }))),
  )
  const money = { price: null, unknownCallUsd: 0.1, runUsd: 10, issueUsd: 10, repositoryDayUsd: 1 }
  const took = await Promise.all(
    runs.map((id, index) =>
      reserve(
        kit.db,
        { runId: toRunId(id), repository: 'acme/widgets', issueNumber: index + 1 },
        { effectId: newId(), usd: 0.6, model: 'openai/gpt-5.2', money },
      ),
    ),
  )
  expect(took.filter(({ kind }) => kind === 'reserved')).toHaveLength(1)
})

// docs/consistency.md, "Memories and attempt numbers are rows".
test('a run has ten memories, those of its latest decision, in whatever order they are stored', async () => {
  const run = await kit.record(makeCompletion())
  const memories = (summary: string) =>
    memoryKinds.map((kind) => ({
      kind,
      namespace: 'codex:acme/widgets:41',
      summary,
      content: summary,
      tags: [],
      metadata: {} as never,
    }))
  const ids: string[] = []
  for (const summary of ['first', 'second']) {
    const loaded = await loadForReconcile(kit, run)
    const planned = makePlannedEffect({
      kind: 'remember',
      key: `remember:${run}:${summary}`,
      memories: memories(summary),
    })
    const committed = await commitStep(kit, loaded, makeWait(loaded.now, { effects: [planned] }))
    if (committed.kind === 'committed') ids.push(...committed.effects)
  }
  const perform = createReplica(async () => done, {
    remember: createRememberPerformer({ mask: async (text) => text }),
  })
  for (const id of ids.toReversed()) await perform(id)
  const rows = await kit.query('select kind, summary from memories')
  expect(rows).toHaveLength(10)
  expect(new Set(rows.map(({ kind, summary }) => `${kind} ${summary}`)).size).toBe(10)
  expect(new Set(rows.map(({ summary }) => summary))).toEqual(new Set(['second']))
})
