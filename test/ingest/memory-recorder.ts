import type {
  Incoming,
  Malformed,
  Quarantined,
  Recorded,
  Recorder,
} from '../../services/judge/src/correlate/incoming.ts'
import { Failure } from '../../services/judge/src/lib/failure.ts'

/**
 * Keeps the recorder's promises in memory: what it resolves is kept, a known key is a duplicate, a
 * batch is kept whole or not at all. So a test can ask what had been handed over when an answer
 * came.
 */
export class MemoryRecorder implements Recorder {
  readonly kept: { readonly id: string; readonly incoming: Incoming }[] = []
  readonly quarantined: { readonly id: string; readonly malformed: Malformed }[] = []
  /** The database is away. */
  away = false
  /** A message the database refuses, for a reason nobody foresaw. */
  refuses: (incoming: Incoming) => boolean = () => false
  readonly #known = new Map<string, Recorded>()

  async record(incoming: Incoming): Promise<Recorded> {
    this.#mayWork()
    if (this.refuses(incoming)) throw new Error('invalid byte sequence')
    const known = incoming.keys
      .map((key) => this.#known.get(key))
      .find((recorded) => recorded !== undefined)
    if (known) return { ...known, duplicate: true }
    const id = `inbox-${this.kept.length + 1}`
    const ofRun = incoming.event !== null && incoming.event.kind !== 'github.changed'
    const recorded: Recorded = {
      inboxId: id,
      duplicate: false,
      outcome: incoming.event === null ? 'ignored' : 'recorded',
      runId: ofRun ? `run-${id}` : null,
    }
    this.kept.push({ id, incoming })
    for (const key of incoming.keys) this.#known.set(key, recorded)
    return recorded
  }

  async recordBatch(incoming: readonly Incoming[]): Promise<readonly Recorded[]> {
    this.#mayWork()
    if (incoming.some(this.refuses)) throw new Error('the transaction was rolled back')
    const recorded: Recorded[] = []
    for (const one of incoming) recorded.push(await this.record(one))
    return recorded
  }

  async quarantine(malformed: Malformed): Promise<Quarantined> {
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
    if (this.away) throw new Failure('unavailable', 'Postgres does not answer.')
  }
}
