import { pino } from 'pino'
import { expect, test } from 'vitest'
import { leaseRun } from '../../services/judge/src/engine/observe/lease-run.ts'
import { LEASE_SECONDS, startLeases } from '../../services/judge/src/engine/schedule/leases.ts'
import { createReconcile } from '../../services/judge/src/engine/schedule/reconcile.ts'
import { noopTrace } from '../../services/judge/src/lib/trace.ts'
import { unreachableDeps, useKit } from './kit.ts'
import { makeCompletion } from './make-messages.ts'

const kit = useKit()
const log = pino({ level: 'silent' })

test('a leased run says since when it was due, not when the lease expires', async () => {
  const id = await kit.record(makeCompletion())
  await kit.query("update runs set due_at = now() - interval '3 seconds'")
  const leased = await leaseRun(kit.db, id, LEASE_SECONDS.run)
  expect((leased?.now ?? 0) - (leased?.row.due_at?.getTime() ?? 0)).toBeGreaterThanOrEqual(3_000)
})

test('the lateness of a decision counts from its last signal', async () => {
  const id = await kit.record(makeCompletion({ repository: null, issueNumber: null }))
  await kit.query("update runs set due_at = now() - interval '2 seconds'")
  const latenesses: number[] = []
  const leases = startLeases({ db: kit.db, log })
  const wakeEffects = () => {}
  const onDecided = (_loaded: unknown, _end: unknown, seconds: number) =>
    void latenesses.push(seconds)
  await createReconcile({
    db: kit.db,
    log,
    observeDeps: unreachableDeps,
    leases,
    wakeEffects,
    onDecided,
    onWaitEnded: () => {},
    onAgentCost: () => {},
    onFault: () => {},
    trace: noopTrace,
  })(id, { stopping: new AbortController().signal, stale: new AbortController().signal })
  leases.stop()
  expect(latenesses).toHaveLength(1)
  expect(latenesses[0]).toBeGreaterThanOrEqual(2)
})
