import { expect, test } from 'vitest'
import { openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import { startDatabaseRelay } from '../harness/database-relay.ts'
import { commitStep, type Kit, loadForReconcile, makeEnd, makeWait, useKit } from './kit.ts'
import { makeCompletion } from './make-messages.ts'

const kit = useKit()

// docs/consistency.md, "Every statement ends" and "Every commit moves the version".
test.each([
  { when: 'goes on later', goesOn: true },
  { when: 'never goes on', goesOn: false },
])(
  'a worker whose connection stood still and $when commits nothing over the one that took over',
  async ({ goesOn }) => {
    const run = await kit.record(makeCompletion())
    const relay = await startDatabaseRelay(kit.url)
    const slow = openDatabase(relay.url, {
      name: 'slow',
      limits: goesOn ? { statement: 60_000, lock: 60_000 } : { statement: 200, lock: 200 },
      onError: () => {},
    })
    const slowKit: Kit = { ...kit, db: slow.db }
    try {
      const first = await loadForReconcile(slowKit, run)
      relay.hold()
      const late = commitStep(slowKit, first, makeEnd()).then(
        ({ kind }) => kind,
        (error: { kind?: string }) => error.kind,
      )
      // Its lease has expired, and another replica decides.
      const second = await loadForReconcile(kit, run)
      expect((await commitStep(kit, second, makeWait(second.now))).kind).toBe('committed')
      if (goesOn) relay.resume()
      expect(await late).toBe(goesOn ? 'lost' : 'unavailable')
      expect(await kit.query('select status from runs')).toEqual([{ status: 'waiting_for_ci' }])
      expect(await kit.query('select from decisions')).toEqual([])
    } finally {
      relay.resume()
      await slow.close()
      await relay.close()
    }
  },
)
