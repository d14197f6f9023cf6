import { pino } from 'pino'
import { expect, test } from 'vitest'
import { lease } from '../../services/judge/src/engine/observe/load.ts'
import { LEASE_SECONDS, startLeases } from '../../services/judge/src/engine/schedule/leases.ts'
import { createTick } from '../../services/judge/src/engine/schedule/reconcile.ts'
import { untraced } from '../../services/judge/src/lib/trace.ts'
import { completion, nowhere, useKit } from './kit.ts'

const kit = useKit()
const log = pino({ level: 'silent' })

test('who takes the lease learns since when the run was due, not until when the lease lasts', async () => {
  const id = await kit.record(completion())
  await kit.query("update runs set due_at = now() - interval '3 seconds'")
  const got = await lease(kit.db, id, LEASE_SECONDS.run)
  expect((got?.now ?? 0) - (got?.row.due_at?.getTime() ?? 0)).toBeGreaterThanOrEqual(3_000)
})

test('a decision is never told to have come before its last signal', async () => {
  const id = await kit.record(completion({ repository: null, issueNumber: null }))
  await kit.query("update runs set due_at = now() - interval '2 seconds'")
  const late: number[] = []
  const leases = startLeases({ db: kit.db, log })
  const ring = () => {}
  const decided = (_loaded: unknown, _end: unknown, seconds: number) => void late.push(seconds)
  await createTick({
    db: kit.db,
    log,
    outside: nowhere,
    leases,
    ring,
    decided,
    waited: () => {},
    trace: untraced,
  })(id, { stopping: new AbortController().signal, news: new AbortController().signal })
  leases.stop()
  expect(late).toHaveLength(1)
  expect(late[0]).toBeGreaterThanOrEqual(2)
})
