import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Effect } from '../../services/judge/src/decide/effect.ts'
import { memoryKinds } from '../../services/judge/src/decide/effect.ts'
import { createPerform } from '../../services/judge/src/effects/perform.ts'
import type { Performers, Settlement, Try } from '../../services/judge/src/effects/performer.ts'
import { rememberPerformer } from '../../services/judge/src/effects/remember.ts'
import { reserve } from '../../services/judge/src/effects/reserve.ts'
import { LEASE_SECONDS } from '../../services/judge/src/engine/schedule/leases.ts'
import { Failure } from '../../services/judge/src/lib/failure.ts'
import { untraced } from '../../services/judge/src/lib/trace.ts'
import { runId } from '../../services/judge/src/run/run.ts'
import { task } from '../effects/samples.ts'
import {
  commitStep,
  completion,
  ends,
  look,
  messageOf,
  reviewOf,
  sha,
  statusOf,
  useKit,
  waits,
  wishFor,
} from './kit.ts'

const kit = useKit()
const log = pino({ level: 'silent' })

type Act = (effect: Effect, attempt: Try) => Promise<Settlement>
const done: Settlement = { state: 'done', because: 'done' }

/** One replica's hands, which all do the same. */
const replica = (act: Act, over: Partial<Performers> = {}) => {
  const performer = { perform: act }
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
    ring: () => {},
    ringLater: () => {},
    hold: () => ({ lost: new AbortController().signal, [Symbol.dispose]: () => {} }),
    leaseSeconds: LEASE_SECONDS.effect,
    modeOf: () => 'act',
    mask: async (text) => text,
    counted: () => {},
    trace: untraced,
  })
  return (id: string, signal: AbortSignal = new AbortController().signal) => perform(id, signal)
}

/** Wishes of one run, committed one after another. */
const wished = async (
  ...effects: readonly Effect[]
): Promise<{ run: string; ids: readonly string[] }> => {
  const run = await kit.record(completion())
  const ids: string[] = []
  for (const effect of effects) {
    const loaded = await look(kit, run)
    const committed = await commitStep(
      kit,
      loaded,
      waits(loaded.now, { wishes: [wishFor(effect)] }),
    )
    if (committed.kind === 'committed') ids.push(...committed.effects)
  }
  return { run, ids }
}
const effects = () => kit.query('select state, tries, because from effects order by sequence')
const tries = () =>
  kit.query('select number, outcome from effect_tries order by started_at, number')
const leaseRunsOut = () =>
  kit.query(
    "update effects set trying_until = now() - interval '1 second' where trying_until is not null",
  )

// Rule 13.
test('a try is on record before its request is sent', async () => {
  const { ids } = await wished(messageOf('x'))
  let seen: unknown
  await replica(async () => {
    seen = await kit.query('select number, ended_at from effect_tries')
    return done
  })(ids[0] ?? '')
  expect(seen).toEqual([{ number: 1, ended_at: null }])
  expect(await tries()).toEqual([{ number: 1, outcome: 'done' }])
})

test('of many replicas that hear one bell, one tries', async () => {
  const { ids } = await wished(messageOf('x'))
  let sent = 0
  const hear = replica(async () => {
    sent += 1
    return done
  })
  await Promise.all(Array.from({ length: 10 }, () => hear(ids[0] ?? '')))
  await hear(ids[0] ?? '')
  expect(sent).toBe(1)
})

test('a performer that stalls longer than its lease is overtaken, told to look first is the next, and only one settles', async () => {
  const { ids } = await wished(messageOf('x'))
  const stalled = Promise.withResolvers<Settlement>()
  const began = Promise.withResolvers<void>()
  const first = replica(() => {
    began.resolve()
    return stalled.promise
  })(ids[0] ?? '')
  await began.promise
  await leaseRunsOut()
  let second: Try | null = null
  await replica(async (_effect, attempt) => {
    second = attempt
    return { state: 'done', because: 'it was there already' }
  })(ids[0] ?? '')
  expect(second).toMatchObject({ number: 2, afterUnknown: true })
  stalled.resolve({ state: 'done', because: 'sent, late' })
  await first
  expect(await effects()).toEqual([{ state: 'done', tries: 2, because: 'it was there already' }])
})

test('only answered failures count; a try cut off by a stop is unknown, and is looked up before the next', async () => {
  const { ids } = await wished(messageOf('x'))
  const [id = ''] = ids
  const stop = new AbortController()
  await replica(async () => {
    stop.abort()
    throw new Error('the socket is gone')
  })(id, stop.signal)
  expect(await kit.query('select state, failures from effects')).toEqual([
    { state: 'unknown', failures: 0 },
  ])
  await replica(async () => {
    throw new Failure('unavailable', '503')
  })(id)
  // Still: what may have happened stays so until somebody has looked.
  expect(await kit.query('select state, failures, tries from effects')).toEqual([
    { state: 'unknown', failures: 1, tries: 2 },
  ])
})

test('an answer, what it says and the nudge it gives are one: all of it or nothing', async () => {
  const { run, ids } = await wished(reviewOf(sha('a')))
  const failing: Act = async () => ({
    ...done,
    also: async () => {
      throw new Error('the disk is full')
    },
  })
  await expect(replica(failing)(ids[0] ?? '')).rejects.toThrow('the disk is full')
  expect(await effects()).toMatchObject([{ state: 'pending' }])
  const [before] = await kit.query('select nudges from runs where id = $1', [run])
  await leaseRunsOut()
  await replica(async () => done)(ids[0] ?? '')
  expect(await kit.query('select nudges, due_at <= now() as due from runs')).toEqual([
    { nudges: Number(before?.nudges) + 1, due: true },
  ])
})

test('what nobody waits for any more is not done: a question of a run that has ended, an attempt of an issue that went on', async () => {
  const run = await kit.record(completion())
  const loaded = await look(kit, run)
  const dispatch = wishFor({
    kind: 'dispatch',
    key: `dispatch:${task.deliveryId}`,
    task,
    notBefore: 0,
    patience: 60_000,
  })
  const committed = await commitStep(
    kit,
    loaded,
    ends({ status: 'needs_iteration', reason: 'ci_failed', wishes: [dispatch] }),
  )
  const [id = ''] = committed.kind === 'committed' ? committed.effects : []
  // It is being tried while another run of the issue arrives, and then its receiver is away.
  await replica(async () => {
    await kit.record(completion())
    throw new Failure('unavailable', '503')
  })(id)
  await kit.query('update effects set next_try_at = now()')
  let sent = 0
  await replica(async () => {
    sent += 1
    return done
  })(id)
  expect(sent).toBe(0)
  expect(await effects()).toMatchObject([
    { state: 'replaced', because: 'another run of the issue arrived (attempt 3)' },
  ])
})

// Rule 15.
test('of several values for one object only the newest is sent, in whatever order the bells ring', async () => {
  const { ids } = await wished(
    statusOf('pending', 'CI'),
    statusOf('pending', 'review'),
    statusOf('success'),
  )
  const sent: string[] = []
  const perform = replica(async (effect) => {
    if (effect.kind === 'status') sent.push(effect.description)
    return done
  })
  for (const id of ids.toReversed()) await perform(id)
  expect(sent).toEqual(['success'])
  expect((await effects()).map(({ state }) => state)).toEqual(['replaced', 'replaced', 'done'])
})

test('one is in flight: a newer value waits for the older one’s answer, also where both began at once', async () => {
  const sent: string[] = []
  const older = Promise.withResolvers<void>()
  const began = Promise.withResolvers<void>()
  const { run, ids } = await wished(statusOf('pending'))
  const perform = replica(async (effect) => {
    if (effect.kind === 'status') sent.push(effect.state)
    began.resolve()
    await older.promise
    return done
  })
  const first = perform(ids[0] ?? '')
  await began.promise
  const loaded = await look(kit, run)
  const committed = await commitStep(
    kit,
    loaded,
    waits(loaded.now, { wishes: [wishFor(statusOf('success'))] }),
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

test('a value that was sent by a performer older than its lease is followed by the newest once more', async () => {
  const stalled = Promise.withResolvers<Settlement>()
  const began = Promise.withResolvers<void>()
  const { run, ids } = await wished(statusOf('pending'))
  const late = replica(() => {
    began.resolve()
    return stalled.promise
  })(ids[0] ?? '')
  await began.promise
  await leaseRunsOut()
  const loaded = await look(kit, run)
  const committed = await commitStep(
    kit,
    loaded,
    waits(loaded.now, { wishes: [wishFor(statusOf('success'))] }),
  )
  const [newer = ''] = committed.kind === 'committed' ? committed.effects : []
  const sent: string[] = []
  const perform = replica(async (effect) => {
    if (effect.kind === 'status') sent.push(effect.state)
    return done
  })
  await perform(newer)
  stalled.resolve(done)
  await late
  await perform(newer)
  expect(sent).toEqual(['success', 'success'])
})

// Rule 16.
test('two calls can never both take the last of a budget', async () => {
  const runs = await Promise.all(
    [1, 2, 3, 4].map((issueNumber) => kit.record(completion({ issueNumber }))),
  )
  const money = { price: null, unknownCallUsd: 0.1, runUsd: 10, issueUsd: 10, repositoryDayUsd: 1 }
  const took = await Promise.all(
    runs.map((id, index) =>
      reserve(
        kit.db,
        { runId: runId(id), repository: 'acme/widgets', issueNumber: index + 1 },
        { usd: 0.6, model: 'openai/gpt-5.2', money },
      ),
    ),
  )
  expect(took.filter(({ kind }) => kind === 'reserved')).toHaveLength(1)
})

// Rule 17.
test('a run has ten memories, whichever decision is remembered last', async () => {
  const run = await kit.record(completion())
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
    const loaded = await look(kit, run)
    const wish = wishFor({
      kind: 'remember',
      key: `remember:${run}:${summary}`,
      memories: memories(summary),
    })
    const committed = await commitStep(kit, loaded, waits(loaded.now, { wishes: [wish] }))
    if (committed.kind === 'committed') ids.push(...committed.effects)
  }
  const perform = replica(async () => done, {
    remember: rememberPerformer({ mask: async (text) => text }),
  })
  for (const id of ids.toReversed()) await perform(id)
  const rows = await kit.query('select kind, summary from memories')
  expect(rows).toHaveLength(10)
  expect(new Set(rows.map(({ kind, summary }) => `${kind} ${summary}`)).size).toBe(10)
  expect(new Set(rows.map(({ summary }) => summary))).toEqual(new Set(['second']))
})
