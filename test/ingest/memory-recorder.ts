import type {
  InboundMessage,
  MalformedMessage,
  QuarantineResult,
  Recorder,
  RecordResult,
} from '../../services/judge/src/correlate/messages.ts'
import { Failure } from '../../services/judge/src/lib/failure.ts'

/**
 * Gives the recorder's guarantees in memory: a resolved message is kept, a known key makes a
 * duplicate, a batch is kept whole or not at all. So a test can see what was stored before an
 * answer was sent.
 */
export class MemoryRecorder implements Recorder {
  readonly kept: { readonly id: string; readonly incoming: InboundMessage }[] = []
  readonly quarantined: { readonly id: string; readonly malformed: MalformedMessage }[] = []
  /** Whether the database is unavailable. */
  isUnavailable = false
  /** Messages that the database refuses for an unforeseen reason. */
  refuses: (incoming: InboundMessage) => boolean = () => false
  readonly #known = new Map<string, RecordResult>()

  async record(incoming: InboundMessage): Promise<RecordResult> {
    this.#mayWork()
    if (this.refuses(incoming)) throw new Error('invalid byte sequence')
    const known = incoming.keys
      .map((key) => this.#known.get(key))
      .find((recorded) => recorded !== undefined)
    if (known) return { ...known, duplicate: true }
    const id = `inbox-${this.kept.length + 1}`
    const ofRun = incoming.event !== null && incoming.event.kind !== 'github.changed'
    const recorded: RecordResult = {
      inboxId: id,
      duplicate: false,
      outcome: incoming.event === null ? 'ignored' : 'recorded',
      runId: ofRun ? `run-${id}` : null,
    }
    this.kept.push({ id, incoming })
    for (const key of incoming.keys) this.#known.set(key, recorded)
    return recorded
  }

  async recordBatch(incoming: readonly InboundMessage[]): Promise<readonly RecordResult[]> {
    this.#mayWork()
    if (incoming.some(this.refuses)) throw new Error('the transaction was rolled back')
    const recorded: RecordResult[] = []
    for (const one of incoming) recorded.push(await this.record(one))
    return recorded
  }

  async recordWithin(_trx: unknown, incoming: readonly InboundMessage[]) {
    return { results: await this.recordBatch(incoming), afterCommit: () => {} }
  }

  async quarantine(malformed: MalformedMessage): Promise<QuarantineResult> {
    this.#mayWork()
    const known = this.quarantined.find(
      ({ malformed: { place } }) => place !== undefined && place === malformed.place,
    )
    if (known) return { inboxId: known.id, duplicate: true }
    const id = `quarantine-${this.quarantined.length + 1}`
    this.quarantined.push({ id, malformed })
    return { inboxId: id, duplicate: false }
  }

  #mayWork(): void {
    if (this.isUnavailable) throw new Failure('unavailable', 'Postgres does not answer.')
  }
}
