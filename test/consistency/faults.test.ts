import { pino } from 'pino'
import { expect, test } from 'vitest'
import { startLeases } from '../../services/judge/src/engine/schedule/leases.ts'
import { createReconcile } from '../../services/judge/src/engine/schedule/reconcile.ts'
import { startSweep } from '../../services/judge/src/engine/schedule/sweep.ts'
import { Failure } from '../../services/judge/src/lib/failure.ts'
import { noopTrace } from '../../services/judge/src/lib/trace.ts'
import { seedEscalation } from '../harness/seed.ts'
import { type Row, unreachableDeps, useKit } from './kit.ts'
import { makeAnnouncement, makeCompletion, makeWebhook } from './make-messages.ts'

// docs/consistency.md, "Faults are counted".

const kit = useKit()
const never = { stopping: new AbortController().signal, stale: new AbortController().signal }

const readRun = async (): Promise<Row> =>
  (await kit.query(`select *, extract(epoch from due_at - now())::float as due_in from runs`))[0] ??
  {}

/** Lets every write to a table fail, with a text that differs in numbers only. */
const breakTable = (table: string, message = 'refused: %') =>
  kit.query(`
    create or replace function refuse() returns trigger language plpgsql as $$
    begin raise exception '${message}', (random() * 1000)::int; end $$;
    create or replace trigger refuse before insert on ${table} for each row execute function refuse()`)
const repairTable = (table: string) => kit.query(`drop trigger refuse on ${table}`)

/** A service that reconciles on demand, with everything that it logged and counted. */
function startService(mask = async (text: string) => text) {
  const logged: { level: number; event: string; [field: string]: unknown }[] = []
  const log = pino({ level: 'debug' }, { write: (line) => logged.push(JSON.parse(line)) })
  const counted: string[] = []
  const decided: string[] = []
  const leases = startLeases({ db: kit.db, log })
  leases.stop()
  const reconcile = createReconcile({
    db: kit.db,
    log,
    observeDeps: { ...unreachableDeps, mask },
    leases,
    wakeEffects: () => {},
    onDecided: (_loaded, { reason }) => decided.push(reason),
    onWaitEnded: () => {},
    onAgentCost: () => {},
    onFault: (outcome) => counted.push(outcome),
    trace: noopTrace,
  })
  return {
    counted,
    decided,
    /** The warnings and errors. */
    raised: () => logged.filter(({ level }) => level >= 40).map(({ event }) => event),
    logged,
    reconcile: async (id: string) => {
      await kit.query('update runs set due_at = now() where id = $1', [id])
      return reconcile(id, never)
    },
  }
}

test('a reconciliation that always fails the same way is repeated with growing pauses, and ends as a question', async () => {
  await breakTable('gate_results')
  const id = await kit.record(makeCompletion())
  const service = startService()
  for (const [n, pause] of [2, 4, 8, 16, 32, 60, 60, 60, 60].entries()) {
    expect(await service.reconcile(id)).toBe(false)
    const run = await readRun()
    expect(run).toMatchObject({
      status: 'run_complete',
      version: 0,
      looking_until: null,
      fault: 'refused: <n>',
      faults: n + 1,
      equal_faults: n + 1,
    })
    expect(run.due_in).toBeGreaterThan(pause - 2)
    expect(run.due_in).toBeLessThanOrEqual(pause)
  }
  expect(service.raised()).toEqual(['reconcile_failed'])

  await service.reconcile(id)
  const run = await readRun()
  expect(run).toMatchObject({
    status: 'needs_human',
    reason: 'infrastructure_exhausted',
    attempts_used: 0,
    faults: 0,
    fault: null,
  })
  expect(run.reason_text).toMatch(/failed 10 times in a row .*: refused: \d+/)
  expect(await kit.query('select recommendation, state from escalations')).toEqual([
    { recommendation: 'resume', state: 'open' },
  ])
  expect(await kit.query('select kind from effects order by kind')).toEqual(
    expect.arrayContaining([{ kind: 'discord' }, { kind: 'remember' }]),
  )
  expect(await kit.query('select from gate_results')).toHaveLength(0)
  expect(service.raised()).toEqual(['reconcile_failed', 'run_given_up'])
  expect(service.counted).toEqual([...Array(9).fill('retried'), 'given_up'])
  expect(service.decided).toEqual(['infrastructure_exhausted'])
})

test('if the effects of that end cannot be written either, it is written without them', async () => {
  await breakTable('effects')
  await breakTable('gate_results')
  const id = await kit.record(makeCompletion())
  const service = startService()
  for (let n = 0; n < 10; n += 1) await service.reconcile(id)
  expect(await readRun()).toMatchObject({ status: 'needs_human' })
  expect(await kit.query('select from escalations')).toHaveLength(1)
  expect(await kit.query('select from effects')).toHaveLength(0)
})

test('another replica continues the count, and a success resets it', async () => {
  await breakTable('gate_results')
  const id = await kit.record(makeCompletion())
  await startService().reconcile(id)
  const other = startService()
  await other.reconcile(id)
  expect(await readRun()).toMatchObject({ faults: 2 })
  await repairTable('gate_results')
  await other.reconcile(id)
  expect(await readRun()).toMatchObject({ faults: 0, equal_faults: 0, fault: null, version: 1 })
  await breakTable('gate_results')
  await other.reconcile(id)
  expect(await readRun()).toMatchObject({ faults: 1, equal_faults: 1 })
  expect((await readRun()).due_in).toBeLessThanOrEqual(2)
})

test('faults that differ end the run only when its deadline has passed', async () => {
  const id = await kit.record(makeCompletion())
  const service = startService()
  for (let n = 0; n < 12; n += 1) {
    await breakTable('gate_results', n % 2 === 0 ? 'even: %' : 'odd: %')
    await service.reconcile(id)
  }
  expect(await readRun()).toMatchObject({ status: 'run_complete', faults: 12, equal_faults: 1 })
  await kit.query(`update runs set deadline_at = now() - interval '1 second'`)
  await service.reconcile(id)
  const run = await readRun()
  expect(run).toMatchObject({ status: 'needs_human', reason: 'infrastructure_exhausted' })
  expect(run.reason_text).toContain('its deadline has passed')
})

test('a disturbance at the moment of the deadline ends nothing', async () => {
  await breakTable('gate_results')
  const id = await kit.record(makeCompletion())
  await kit.query(`update runs set deadline_at = now() - interval '1 second'`)
  const service = startService()
  await service.reconcile(id)
  await service.reconcile(id)
  expect(await readRun()).toMatchObject({ status: 'run_complete', faults: 2 })
})

test('an announced run that cannot be reconciled ends, too', async () => {
  const id = await kit.record(makeAnnouncement({ workflowName: 'codex-announced' }))
  const service = startService(async (text) => {
    if (/has not been reported yet/.test(text)) throw new TypeError('cannot mask 5 characters')
    return text
  })
  for (let n = 0; n < 10; n += 1) await service.reconcile(id)
  expect(await readRun()).toMatchObject({
    status: 'needs_human',
    reason: 'infrastructure_exhausted',
  })
})

test('an ended run that cannot be reconciled stays as it is, with long pauses', async () => {
  const id = await kit.record(makeCompletion())
  await kit.query(
    `update runs set status = 'needs_iteration', reason = 'ci_failed', version = 3 where id = $1`,
    [id],
  )
  await breakTable('effects')
  await kit.query(`alter table runs add constraint stuck check (version < 4) not valid`)
  const service = startService()
  for (let n = 0; n < 12; n += 1) await service.reconcile(id)
  const run = await readRun()
  expect(run).toMatchObject({ status: 'needs_iteration', faults: 12 })
  expect(run.due_in).toBeGreaterThan(50)
  expect(service.raised()).toEqual(['reconcile_failed'])
})

test('a signal that comes during a failed reconciliation is seen soon', async () => {
  await breakTable('gate_results')
  const id = await kit.record(makeCompletion())
  const service = startService()
  for (let n = 0; n < 5; n += 1) await service.reconcile(id)
  const nudging = startService(async (text) => {
    if (text !== '') await kit.recorder.record(makeWebhook({ signal: 'head' }))
    return text
  })
  await nudging.reconcile(id)
  expect((await readRun()).due_in).toBeLessThanOrEqual(2)
})

test('an escalation that cannot be reconciled keeps no other waiting', async () => {
  const runs = [await kit.record(makeCompletion()), await kit.record(makeCompletion())]
  const [broken, other] = await Promise.all(runs.map((id) => seedEscalation(kit.db, id)))
  await kit.query(
    `update escalations set due_at = now() - case when id = $1 then 2 else 1 end * interval '1 s'`,
    [broken],
  )
  const reconciled: string[] = []
  const sweeping = startSweep({
    db: kit.db,
    jobs: { offerRuns: () => {}, offerEffects: () => {} } as never,
    log: pino({ level: 'silent' }),
    reconcileEscalation: async (id) => {
      reconciled.push(id)
      if (id === broken) throw new Error('refused')
    },
  })
  await expect.poll(() => reconciled, { timeout: 20_000 }).toEqual([broken, other])
  await sweeping.stop()
  expect(
    await kit.query('select due_at > now() as later from escalations where id = $1', [broken]),
  ).toEqual([{ later: true }])
})

test('an escalation stays due while PostgreSQL is unavailable', async () => {
  const escalation = await seedEscalation(kit.db, await kit.record(makeCompletion()))
  await kit.query('update escalations set due_at = now() where id = $1', [escalation])
  let tries = 0
  const sweeping = startSweep({
    db: kit.db,
    jobs: { offerRuns: () => {}, offerEffects: () => {} } as never,
    log: pino({ level: 'silent' }),
    reconcileEscalation: async () => {
      tries += 1
      throw new Failure('unavailable', 'PostgreSQL is unavailable', {
        cause: new Error('Connection terminated unexpectedly'),
      })
    },
  })
  await expect.poll(() => tries, { timeout: 20_000 }).toBeGreaterThan(0)
  await sweeping.stop()
  expect(
    await kit.query('select due_at <= now() as due from escalations where id = $1', [escalation]),
  ).toEqual([{ due: true }])
})

test('an unavailable PostgreSQL is no fault of the run', async () => {
  await breakTable('gate_results')
  const id = await kit.record(makeCompletion())
  await kit.query(`
    create or replace function refuse() returns trigger language plpgsql as $$
    begin raise exception 'shutting down' using errcode = '57P01'; end $$`)
  const service = startService()
  await expect(service.reconcile(id)).rejects.toThrow('PostgreSQL is unavailable')
  expect(await readRun()).toMatchObject({ faults: 0, fault: null, looking_until: null })
  expect(service.counted).toEqual([])
})
