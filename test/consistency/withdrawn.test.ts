import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Work } from '../../services/judge/src/decide/find-withdrawal.ts'
import { createStay } from '../../services/judge/src/decide/step.ts'
import { createDispatchPerformer } from '../../services/judge/src/effects/dispatch.ts'
import type { Dispatcher } from '../../services/judge/src/effects/dispatcher.ts'
import { createPerform } from '../../services/judge/src/effects/perform.ts'
import type { Performers } from '../../services/judge/src/effects/performer.ts'
import { DispatchUnderWayError } from '../../services/judge/src/engine/commit/withdraw-dispatch.ts'
import { LEASE_SECONDS } from '../../services/judge/src/engine/schedule/leases.ts'
import { Failure } from '../../services/judge/src/lib/failure.ts'
import { noopTrace } from '../../services/judge/src/lib/trace.ts'
import { task } from '../effects/samples.ts'
import { issue, pullRequest } from '../harness/accepted-facts.ts'
import { commitStep, loadForReconcile, makeEnd, makePlannedEffect, useKit } from './kit.ts'
import { makeCompletion, makeWebhook } from './make-messages.ts'

const kit = useKit()

const dispatch = makePlannedEffect({
  kind: 'dispatch',
  key: `dispatch:${task.deliveryId}`,
  task,
  notBefore: 0,
  patience: 60_000,
})
/** A run of issue 41 with pull request 7 that has ended. */
const endRun = async (over: Parameters<typeof makeEnd>[0]): Promise<string> => {
  const run = await kit.record(makeCompletion())
  const loaded = await loadForReconcile(kit, run)
  await commitStep(kit, loaded, makeEnd(over))
  await kit.query('update runs set pr_number = 7, due_at = null where id = $1', [run])
  return run
}
const dispatching = () =>
  endRun({
    ...{ status: 'needs_iteration', reason: 'ci_failed', decision: 'needs_iteration' },
    effects: [dispatch],
  })
const close = makeEnd({ status: 'closed', reason: 'merged_by_person', mover: 'github' })
const readDispatch = async () =>
  (
    await kit.query(
      `select effects.state, withdrawn_at is not null as withdrawn, answer
         from effects join ordinals on effects.key = 'dispatch:' || delivery_id`,
    )
  )[0]
const announceClosing = () =>
  kit.recorder.record(
    makeWebhook({
      signal: 'pull_request',
      about: { commits: [], branches: [], pullRequests: [7], issues: [] },
      reconsiders: true,
    }),
  )

// docs/consistency.md, "Look before a dispatch".
test('a run that is no longer wanted is closed together with its dispatch, whose number stays used', async () => {
  const run = await dispatching()
  await commitStep(kit, await loadForReconcile(kit, run), close)
  expect(await readDispatch()).toMatchObject({ state: 'replaced', withdrawn: true })
  await kit.record(makeCompletion())
  expect(await kit.query('select attempt, status from runs order by attempt')).toEqual([
    { attempt: 1, status: 'closed' },
    { attempt: 3, status: 'run_complete' },
  ])
})

test('a run is not closed while its dispatch is being tried', async () => {
  const run = await dispatching()
  const loaded = await loadForReconcile(kit, run)
  await kit.query("update effects set tries = 1, trying_until = now() + interval '5 seconds'")
  await expect(commitStep(kit, loaded, close)).rejects.toThrow(DispatchUnderWayError)
  expect(await kit.query('select status from runs')).toEqual([{ status: 'needs_iteration' }])
  expect((await loadForReconcile(kit, run)).effects).toMatchObject([{ inFlight: true }])
})

/** A replica that sends dispatches to a dispatcher that accepts all of them. */
function createReplica(readWork: () => Promise<Work>) {
  const sent: string[] = []
  const dispatcher: Dispatcher = {
    submit: async ({ task: { deliveryId } }) => {
      sent.push(deliveryId)
      return { workflowName: 'w', namespace: 'n', submittedAt: null, duplicate: false }
    },
  }
  const performer = createDispatchPerformer({ dispatcher, mask: async (text) => text, readWork })
  const perform = createPerform({
    db: kit.db,
    log: pino({ level: 'silent' }),
    performers: { dispatch: performer } as unknown as Performers,
    wakeRuns: () => {},
    wakeEffectAfter: () => {},
    holdLease: () => ({ lost: new AbortController().signal, [Symbol.dispose]: () => {} }),
    leaseSeconds: LEASE_SECONDS.effect,
    getMode: () => 'act',
    mask: async (text) => text,
    onOutcome: () => {},
    trace: noopTrace,
  })
  return {
    sent,
    perform: async () => {
      const [row] = await kit.query("select id from effects where kind = 'dispatch'")
      await kit.query('update effects set next_try_at = now() where settled_at is null')
      await perform(String(row?.id), new AbortController().signal)
    },
  }
}
const open: Work = { pullRequest, issue, base: 'main' }
const merged: Work = { ...open, pullRequest: { ...pullRequest, state: 'merged' } }

test('a dispatch that is not wanted when it is due is withdrawn, and its run is nudged', async () => {
  const run = await dispatching()
  const { perform, sent } = createReplica(async () => merged)
  const before = await loadForReconcile(kit, run)
  await perform()
  expect(sent).toEqual([])
  expect(await readDispatch()).toMatchObject({
    state: 'replaced',
    withdrawn: true,
    answer: { unwanted: { reason: 'merged_by_person' } },
  })
  const after = await loadForReconcile(kit, run)
  expect(after.run.nudges).toBe(before.run.nudges + 1)
  expect(after.effects).toMatchObject([{ unwanted: { reason: 'merged_by_person' } }])
})

test('every try looks first, also after one whose answer was lost', async () => {
  await dispatching()
  const looks = [
    () => Promise.reject(new Failure('unavailable', 'GitHub: answered 502')),
    async () => open,
  ]
  const { perform, sent } = createReplica(async () => (looks.shift() ?? (async () => merged))())
  await perform()
  expect([await readDispatch(), sent]).toMatchObject([{ state: 'pending' }, []])
  await kit.query("update effects set state = 'unknown'")
  await perform()
  expect([await readDispatch(), sent]).toMatchObject([{ state: 'done' }, [task.deliveryId]])
})

test('a closing nudges the ended runs that depend on it, and no others', async () => {
  const reconsidered = async () =>
    (await kit.query('select reconsider_at is not null as is, due_at <= now() as due from runs'))[0]
  const run = await dispatching()
  await kit.recorder.record(
    makeWebhook({ about: { commits: [], branches: [], pullRequests: [7], issues: [] } }),
  )
  expect(await reconsidered()).toMatchObject({ is: false })
  await announceClosing()
  expect(await reconsidered()).toEqual({ is: true, due: true })
  const setRun = (status: string, reason: string) =>
    kit.query('update runs set status = $2, reason = $3, reconsider_at = null where id = $1', [
      run,
      status,
      reason,
    ])
  await kit.query("update effects set state = 'done', settled_at = now()")
  const rows: [status: string, reason: string, is: boolean][] = [
    ['needs_iteration', 'ci_failed', false],
    ['needs_human', 'merge_conflict', true],
    ['completed', 'accepted', false],
    ['superseded', 'newer_run', false],
    ['closed', 'pull_request_closed', true],
    ['closed', 'issue_closed', true],
    ['closed', 'merged_by_person', false],
    ['closed', 'stopped_by_person', false],
  ]
  for (const [status, reason, is] of rows) {
    await setRun(status, reason)
    await announceClosing()
    expect([status, reason, (await reconsidered())?.is]).toEqual([status, reason, is])
  }
})

test('a closing that is recorded while its run is compared with GitHub is compared, too', async () => {
  const run = await dispatching()
  await announceClosing()
  const first = await loadForReconcile(kit, run)
  await announceClosing()
  await commitStep(kit, first, createStay())
  const second = await loadForReconcile(kit, run)
  expect(second.reconsiderAt).not.toBeNull()
  await commitStep(kit, second, createStay({ pollAt: second.now, reconsiders: true }))
  const third = await loadForReconcile(kit, run)
  expect(third.reconsiderAt).toBe(second.reconsiderAt)
  await commitStep(kit, third, createStay())
  expect((await loadForReconcile(kit, run)).reconsiderAt).toBeNull()
})
