import type { Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { appendHistory, type HistoryEntry } from './append-history.ts'
import { applyToRun } from './apply-to-run.ts'
import { findDuplicates } from './find-duplicates.ts'
import { findFirstCandidates } from './first-candidates.ts'
import { type InboundMessage, isFromArgo, type RecordResult } from './messages.ts'
import { recordChange } from './record-changes.ts'
import { createdEntry, recordFirstRuns } from './record-first-runs.ts'
import { claimAndStore, linkToRun } from './store-messages.ts'

/** What one transaction collects, and the keys of the issues whose locks it holds. */
interface Recording {
  readonly entries: HistoryEntry[]
  readonly nudged: string[]
  readonly locked: ReadonlySet<string>
  readonly awaitsArgo: boolean
}

/**
 * Records messages of any kind in their order, in a transaction that holds the `locked` issues.
 * With `awaitsArgo`, completions that others than Argo report are unconfirmed.
 */
export async function recordInTransaction(
  trx: Transaction<DB>,
  messages: readonly InboundMessage[],
  { locked, awaitsArgo }: Pick<Recording, 'locked' | 'awaitsArgo'>,
): Promise<{ readonly results: readonly RecordResult[]; readonly nudged: readonly string[] }> {
  const recording: Recording = { entries: [], nudged: [], locked, awaitsArgo }
  const results: RecordResult[] = []
  // For one message these two look-ups cost more than they save.
  const isBatch = messages.length > 1
  const duplicates = isBatch ? await findDuplicates(trx, messages) : null
  const firsts = isBatch
    ? await recordFirstRuns(trx, findFirstCandidates(messages), {
        history: false,
        awaitsArgo,
      })
    : null
  for (const message of messages) {
    const first = firsts?.get(message)
    if (first !== undefined) {
      recording.entries.push(createdEntry(first))
      recording.nudged.push(first.runId)
    }
    const known = duplicates?.get(message) ?? first
    results.push(known ?? (await recordMessage(trx, message, recording)))
  }
  await appendHistory(trx, recording.entries)
  return { results, nudged: recording.nudged }
}

async function recordMessage(
  trx: Transaction<DB>,
  message: InboundMessage,
  { entries, nudged, locked, awaitsArgo }: Recording,
): Promise<RecordResult> {
  const { event } = message
  if (event === null || event.kind === 'github.changed') {
    const change = await recordChange(trx, message)
    nudged.push(...change.nudged)
    return change.result
  }
  const { inboxId, duplicate } = await claimAndStore(trx, message)
  if (duplicate !== null) return duplicate
  const applied = await applyToRun(trx, event, {
    ...{ causedBy: `inbox:${inboxId}`, locked, awaitsArgo },
    byArgo: isFromArgo(message),
    byAgent: message.source === 'notify',
    about: null,
  })
  if (applied === null) return { inboxId, duplicate: false, outcome: 'recorded', runId: null }
  entries.push(...applied.entries)
  if (applied.nudge) nudged.push(applied.runId)
  await linkToRun(trx, inboxId, applied.runId)
  return { inboxId, duplicate: false, outcome: 'recorded', runId: applied.runId }
}
