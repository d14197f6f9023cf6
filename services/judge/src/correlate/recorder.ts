import type { Kysely } from 'kysely'
import { isDatabaseOutage, retryConflicts, transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { createBatcher } from '../lib/batcher.ts'
import { limitConcurrency } from '../lib/limit-concurrency.ts'
import type { Mask } from '../lib/mask.ts'
import { findAffectedIssues, type IssueRef, UnlockedIssueError } from './affected-issues.ts'
import { findFirstCandidates, isSelfContained } from './first-candidates.ts'
import { lockIssues } from './issue-lock.ts'
import { maskTexts } from './mask-texts.ts'
import type {
  InboundMessage,
  MalformedMessage,
  QuarantineResult,
  Recorder,
  RecordResult,
} from './messages.ts'
import { isChange, isOrderIndependent, recordChange, recordChanges } from './record-changes.ts'
import { isClaimedByRival, recordFirstRuns } from './record-first-runs.ts'
import { recordInTransaction } from './record-in-transaction.ts'
import { recordWithin } from './record-within.ts'
import { quarantineMessages } from './store-messages.ts'

interface RecorderDeps {
  readonly db: Kysely<DB>
  /**
   * Wakes runs that should be reconciled now. Called after the commit; a lost wakeup only costs
   * time, because the sweep finds the runs.
   */
  readonly wakeRuns: (runIds: readonly string[]) => void
  /** Masks secrets in texts that people and models will see; the inbox keeps the original bytes. */
  readonly mask: Mask
  /** Argo is configured: what others report as finished counts once Argo has confirmed it. */
  readonly awaitsArgo: boolean
}

/**
 * Reports of one issue wait for its lock; they must leave connections to readers and the engine.
 */
const MAX_TRANSACTIONS = 8
const MAX_BATCH_ITEMS = 100
const MAX_BATCH_BYTES = 4 * 1024 * 1024

/**
 * The only way an event enters. One statement or transaction stores the bytes and keys, creates or
 * merges the run, supersedes its older siblings and nudges it: when the recorder resolves, all of
 * that is on disk; when it rejects, none of it is.
 *
 * Most messages need one statement, which also serves many of them: a webhook changes no run, and
 * most completions are the first message about their issue. Everything else takes its issue's lock
 * in a transaction of its own.
 */
export function createRecorder({ db, wakeRuns, mask, awaitsArgo }: RecorderDeps): Recorder {
  const wake = (runIds: readonly string[]) => {
    if (runIds.length > 0) wakeRuns(runIds)
  }
  const recordSingleChange = async (message: InboundMessage) => {
    const { result, nudged } = await retryConflicts(() => recordChange(db, message))
    wake(nudged)
    return result
  }
  const recordChangeBatch = async (messages: readonly InboundMessage[]) => {
    const { results, nudged } = await retryConflicts(() => recordChanges(db, messages), {
      tries: 1,
    })
    wake(nudged)
    return messages.map((message, index) => results[index] ?? recordSingleChange(message))
  }

  const transactAll = createTransactAll(db, awaitsArgo)
  const recordMasked = async (masked: readonly InboundMessage[]) => {
    const { results, nudged } = await transactAll(masked)
    wake(nudged)
    return results
  }
  const recordOne = takeOne(recordMasked)
  const recordFirstRunBatch = async (messages: readonly InboundMessage[]) => {
    const masked = await maskAll(messages, mask)
    const firsts = await retryConflicts(() =>
      recordFirstRuns(db, findFirstCandidates(masked), { history: true, awaitsArgo }),
    ).catch((error: unknown) => {
      if (isClaimedByRival(error)) return null
      throw error
    })
    wake([...(firsts?.values() ?? [])].map(({ runId }) => runId))
    return masked.map((message) => firsts?.get(message) ?? recordOne(message))
  }

  const submitChange = createRecordBatcher(recordChangeBatch, recordSingleChange)
  const submitCompletion = createRecordBatcher(recordFirstRunBatch, takeOne(recordFirstRunBatch))
  const quarantineBatch = (malformed: readonly MalformedMessage[]) =>
    retryConflicts(() => quarantineMessages(db, malformed))
  const submitMalformed = createBatcher<MalformedMessage, QuarantineResult>({
    runBatch: quarantineBatch,
    runOne: takeOne(quarantineBatch),
    ...batchLimits,
  })
  return {
    record: async (message) => {
      if (isOrderIndependent(message)) return submitChange(message)
      if (isChange(message)) return recordSingleChange(message)
      if (isSelfContained(message)) return submitCompletion(message)
      return recordOne(await maskTexts(message, mask))
    },
    recordBatch: async (messages) =>
      messages.every(isOrderIndependent)
        ? Promise.all(await recordChangeBatch(messages))
        : recordMasked(await maskAll(messages, mask)),
    recordWithin: async (trx, messages) => {
      const { results, nudged } = await recordWithin(trx, await maskAll(messages, mask), {
        awaitsArgo,
      })
      return { results, afterCommit: () => wake(nudged) }
    },
    quarantine: submitMalformed,
  }
}

/** The work on a batch for one message, which gives one result. */
const takeOne =
  <Message, Result>(
    work: (messages: readonly Message[]) => Promise<readonly (Result | Promise<Result>)[]>,
  ) =>
  async (message: Message): Promise<Result> => {
    const [result] = await work([message])
    if (!result) throw new Error('one message gives one result')
    return result
  }

const maskAll = (messages: readonly InboundMessage[], mask: Mask) =>
  Promise.all(messages.map((message) => maskTexts(message, mask)))

/** Records messages in one transaction that holds the locks of all their issues. */
function createTransactAll(db: Kysely<DB>, awaitsArgo: boolean) {
  const limit = limitConcurrency(MAX_TRANSACTIONS)
  return (messages: readonly InboundMessage[]) => {
    const unlocked: IssueRef[] = []
    return limit(() =>
      transact(db, async (trx) => {
        // The locks come first, in one order for every transaction, and in a statement of their
        // own: one that reads and locks at once misses the sibling that was committed just before.
        const affected = await findAffectedIssues(trx, messages)
        const locked = await lockIssues(trx, [...affected, ...unlocked])
        try {
          return await recordInTransaction(trx, messages, { locked, awaitsArgo })
        } catch (error) {
          if (error instanceof UnlockedIssueError) unlocked.push(error.issue)
          throw error
        }
      }),
    )
  }
}

const createRecordBatcher = (
  runBatch: (
    messages: readonly InboundMessage[],
  ) => Promise<readonly (RecordResult | Promise<RecordResult>)[]>,
  runOne: (message: InboundMessage) => Promise<RecordResult>,
) => createBatcher({ runBatch, runOne, ...batchLimits })

const batchLimits = {
  measureSize: ({ body }: { readonly body: Uint8Array }) => body.byteLength,
  max: { items: MAX_BATCH_ITEMS, size: MAX_BATCH_BYTES },
  // One statement runs while the next batch fills; more of them only make batches smaller.
  maxInFlight: 2,
  failsAll: isDatabaseOutage,
}
