import { sql } from 'kysely'
import { expect } from 'vitest'
import { openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import { findReceipt } from '../../services/judge/src/history/runs/read-receipt.ts'
import { RELEASE } from '../../services/judge/src/lib/release.ts'
import { verifyText } from '../../services/judge/src/receipt/verify-text.ts'

/**
 * Derives every decision of a scenario again from its receipt, as `codex-judge verify` does. Fails
 * with what differs.
 */
export async function verifyReceipts(databaseUrl: string): Promise<void> {
  const { db, close } = openDatabase(databaseUrl, {
    name: 'verify receipts',
    maxConnections: 1,
    onError: () => undefined,
  })
  try {
    const { rows } = await sql<{ id: string }>`
      select id from runs where exists (select from decisions where run_id = runs.id)`.execute(db)
    for (const { id } of rows) {
      const result = verifyText(JSON.stringify(await findReceipt(db, id)), { release: RELEASE })
      if (result.kind === 'unreadable') expect.fail(`the receipt of ${id}: ${result.because}`)
      const wrong = result.lines.filter((line) => line.startsWith('differs'))
      expect(wrong, `the receipt of ${id} does not verify`).toEqual([])
    }
  } finally {
    await close()
  }
}
