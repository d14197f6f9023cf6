import type { Event } from '../run/event.ts'

export type Source = 'run-complete' | 'notify' | 'github' | 'agent' | 'person' | 'sweep'
export type Transport = 'http' | 'kafka' | 'nats' | 'internal'

/**
 * A message that was understood, or understood to be none of ours, as ingest hands it over: bytes,
 * identity, meaning.
 */
export interface Incoming {
  readonly source: Source
  readonly transport: Transport
  /** Headers worth keeping, lower-case; never a credential. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /**
   * Every identity this message has (`ce:<source>|<id>`, `github:<delivery>`, `uid:<workflow
   * uid>:<digest of the JSON value>`); a repetition of any of them is a duplicate. Empty: it has
   * none.
   */
  readonly keys: readonly string[]
  /** Null: nothing of ours; it is kept as ignored, with `because`. */
  readonly event: Event | null
  readonly because: string
  /**
   * As `Malformed` has it: for a message that Postgres cannot hold, and which goes to quarantine
   * for that.
   */
  readonly place?: string
}

/** A message nobody could read. It is kept whole, and can be replayed. */
export interface Malformed {
  readonly source: Source
  readonly transport: Transport
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly error: { readonly code: string; readonly message: string }
  /**
   * Where it lies in a log that is read again after a crash
   * (`kafka:<topic>:<partition>:<offset>:…`): from there it is kept once, however often it comes.
   * Left out, it comes as often as somebody sends it.
   */
  readonly place?: string
}

export interface Recorded {
  readonly inboxId: string
  readonly duplicate: boolean
  readonly outcome: 'recorded' | 'ignored'
  /**
   * The run as recorded, or as it is for a duplicate; null when the event was ignored or belongs to
   * no single run.
   */
  readonly runId: string | null
}

export interface Quarantined {
  readonly inboxId: string
  /** It was in quarantine already, from the same place, and nothing has changed. */
  readonly duplicate: boolean
}

/**
 * Records in one transaction: when these resolve, the bytes are on disk in Postgres. Reject with
 * `Failure` `unavailable` when Postgres is away.
 */
export interface Recorder {
  record(incoming: Incoming): Promise<Recorded>
  /**
   * One transaction for all of them; rejects as a whole (the caller then records one at a time).
   * Same order as given.
   */
  recordBatch(incoming: readonly Incoming[]): Promise<readonly Recorded[]>
  quarantine(malformed: Malformed): Promise<Quarantined>
}
