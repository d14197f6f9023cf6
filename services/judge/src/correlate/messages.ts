import type { Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Event } from '../run/event.ts'

export type MessageSource = 'run-complete' | 'notify' | 'github' | 'agent' | 'person' | 'sweep'
export type Transport = 'http' | 'kafka' | 'nats' | 'internal'

/** A parsed message as ingest delivers it: its bytes, its keys and the event it stands for. */
export interface InboundMessage {
  readonly source: MessageSource
  readonly transport: Transport
  /** The headers worth storing, in lower case; never a credential. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /**
   * Every identity of the message (`ce:<source>|<id>`, `github:<delivery>`, `uid:<workflow
   * uid>:<digest of the JSON value>`). A message that shares one with an earlier message is a
   * duplicate; one without keys never is.
   */
  readonly keys: readonly string[]
  /** Null for a foreign message, which is about nothing we judge; it is stored as ignored. */
  readonly event: Event | null
  readonly because: string
  /**
   * As in `MalformedMessage`, in case PostgreSQL cannot store the message and it is quarantined.
   */
  readonly place?: string
}

/** Whether it is the answer of Argo itself; no one else can send such a message. */
export const isFromArgo = ({ source }: Pick<InboundMessage, 'source'>): boolean =>
  source === 'sweep'

/** A message that could not be parsed. It is stored whole and can be replayed. */
export interface MalformedMessage {
  readonly source: MessageSource
  readonly transport: Transport
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly error: { readonly code: string; readonly message: string }
  /**
   * Its place in a log that is read again after a crash
   * (`kafka:<topic>:<partition>:<offset>:…`): a message of one place is stored once. Without a
   * place it is stored each time it is sent.
   */
  readonly place?: string
}

export interface RecordResult {
  readonly inboxId: string
  readonly duplicate: boolean
  readonly outcome: 'recorded' | 'ignored'
  /** The run of the message, or of the message it duplicates; null if it is about no single run. */
  readonly runId: string | null
}

export interface QuarantineResult {
  readonly inboxId: string
  /** The message of this place was in quarantine already; nothing has changed. */
  readonly duplicate: boolean
}

/**
 * Stores messages durably: when a method resolves, the bytes are on disk in PostgreSQL. Rejects
 * with `Failure` `unavailable` while PostgreSQL is unavailable.
 */
export interface Recorder {
  record(message: InboundMessage): Promise<RecordResult>
  /**
   * Records all messages in one transaction, or none of them and rejects; the caller then records
   * them one at a time. The results are in the order of the messages.
   */
  recordBatch(messages: readonly InboundMessage[]): Promise<readonly RecordResult[]>
  /**
   * As `recordBatch`, within a transaction of the caller, who calls `afterCommit` once it has
   * committed. Rejects with `Failure` `refused` if PostgreSQL cannot store the messages.
   */
  recordWithin(
    trx: Transaction<DB>,
    messages: readonly InboundMessage[],
  ): Promise<{ readonly results: readonly RecordResult[]; readonly afterCommit: () => void }>
  quarantine(malformed: MalformedMessage): Promise<QuarantineResult>
}
