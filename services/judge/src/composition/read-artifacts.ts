import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import {
  type ArtifactLimits,
  artifactLimits,
  ExceededLimit,
  RefusedArtifact,
  type StoredObject,
} from '../artifacts/read-artifact.ts'
import {
  type ArtifactReader,
  type ReadResult,
  type ReadTask,
  readObject,
} from '../artifacts/read-object.ts'
import { readErrorCode } from '../lib/error-code.ts'
import { Failure, getErrorMessage } from '../lib/failure.ts'
import type { Millis } from '../lib/instant.ts'
import { limitConcurrency } from '../lib/limit-concurrency.ts'

/**
 * What is read without a thread: whatever such an object holds, reading it takes milliseconds. Most
 * objects of ordinary runs are smaller.
 */
const smallLimits: ArtifactLimits = {
  ...artifactLimits,
  storedBytes: 64 * 1024,
  unpackedBytes: 64 * 1024,
  entries: 64,
}

export interface ReaderLimits {
  readonly threads: number
  /** How long one object may keep its thread busy; waiting for the store does not count. */
  readonly time: Millis
  /** The most memory of a thread, in MiB, for values; its buffers are bounded by how it reads. */
  readonly heapMb: number
  readonly artifact: ArtifactLimits
}

const defaultLimits: ReaderLimits = {
  threads: 2,
  time: 30_000,
  heapMb: 48,
  artifact: artifactLimits,
}
/** Young values are freed when this is full. */
const MAX_YOUNG_MB = 8

export type ToThread =
  | {
      readonly kind: 'read'
      readonly task: ReadTask
      readonly bytes: number | null
      readonly limits: ArtifactLimits
    }
  | { readonly kind: 'chunk'; readonly chunk: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end' | 'broken' }

export type FromThread =
  | { readonly kind: 'next' }
  | { readonly kind: 'result'; readonly result: ReadResult }
  | { readonly kind: 'refused' | 'failed'; readonly because: string }

/**
 * Reads small objects at once, and others in threads that are started when they are needed and
 * kept. A thread that an object keeps busy for too long, or that runs out of memory, is ended, and
 * the object is refused.
 */
export function createArtifactReader(changed: Partial<ReaderLimits> = {}): ArtifactReader {
  const limits = { ...defaultLimits, ...changed }
  const idle: Worker[] = []
  const takeTurn = limitConcurrency(limits.threads)

  const readInThread = (task: ReadTask, object: StoredObject): Promise<ReadResult> =>
    takeTurn(async () => {
      const thread = idle.pop() ?? startThread(limits, idle)
      // A thread at work keeps the process alive, and an idle one does not.
      thread.ref()
      const outcome = await exchange(thread, { task, object, limits }).catch(
        async (error: unknown) => {
          await thread.terminate()
          throw error
        },
      )
      thread.unref()
      idle.push(thread)
      return outcome.take()
    })

  const read = async (task: ReadTask, object: StoredObject): Promise<ReadResult> => {
    const { chunks, rest } = await readAhead(object.stream, smallLimits.storedBytes)
    if (rest === null) {
      const small = { bytes: object.bytes, stream: toStream(chunks) }
      const result = await readObject(task, small, smallLimits).catch((error: unknown) => {
        if (error instanceof ExceededLimit) return null
        throw error
      })
      if (result !== null) return result
    }
    return readInThread(task, { bytes: object.bytes, stream: join(chunks, rest) })
  }
  return {
    async collect(name, object) {
      const result = await read({ kind: 'collect', name }, object)
      if (result.kind !== 'collect') throw new TypeError('the thread answered another task')
      return { content: result.content, part: result.part }
    },
    async listAgentLines(object) {
      const result = await read({ kind: 'agent_lines' }, object)
      if (result.kind !== 'agent_lines') throw new TypeError('the thread answered another task')
      return result.lines
    },
    async readText(object) {
      const result = await read({ kind: 'text' }, object)
      if (result.kind !== 'text') throw new TypeError('the thread answered another task')
      return { text: result.text, truncated: result.truncated }
    },
  }
}

function startThread({ heapMb }: ReaderLimits, idle: Worker[]): Worker {
  const thread = new Worker(new URL('./read-artifacts-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: MAX_YOUNG_MB },
  })
  // The reading that waits for its answer gets the error; an idle thread has none.
  thread.on('error', () => undefined)
  thread.once('exit', () => {
    const at = idle.indexOf(thread)
    if (at >= 0) idle.splice(at, 1)
  })
  return thread
}

interface Reading {
  readonly task: ReadTask
  readonly object: StoredObject
  readonly limits: ReaderLimits
}

/** The thread is free again when this resolves; `take` returns its result or throws its refusal. */
async function exchange(
  thread: Worker,
  { task, object, limits }: Reading,
): Promise<{ readonly take: () => ReadResult }> {
  const iterator = object.stream[Symbol.asyncIterator]()
  const clock = { leftMs: limits.time }
  let message: ToThread = { kind: 'read', task, bytes: object.bytes, limits: limits.artifact }
  let storeError: { readonly error: unknown } | null = null
  try {
    for (;;) {
      const answer = await request(thread, message, clock, limits)
      if (answer.kind !== 'next') return { take: () => unwrap(answer, storeError) }
      if (storeError !== null) message = { kind: 'broken' }
      else
        try {
          const { done, value } = await iterator.next()
          // A copy of its own, because a chunk can be a slice of a large buffer.
          message = done ? { kind: 'end' } : { kind: 'chunk', chunk: new Uint8Array(value) }
        } catch (error) {
          storeError = { error }
          message = { kind: 'broken' }
        }
    }
  } finally {
    // Not awaited: a stalled store would block until the signal, although the outcome is known.
    iterator.return?.().catch(() => undefined)
  }
}

function unwrap(
  answer: Exclude<FromThread, { readonly kind: 'next' }>,
  storeError: { readonly error: unknown } | null,
): ReadResult {
  if (storeError !== null) throw storeError.error
  if (answer.kind === 'result') return answer.result
  throw answer.kind === 'refused'
    ? new RefusedArtifact(answer.because)
    : new Failure('unavailable', answer.because)
}

/** Sends a message and waits for the next one, as long as the thread has time left. */
async function request(
  thread: Worker,
  message: ToThread,
  clock: { leftMs: number },
  { time, heapMb }: ReaderLimits,
): Promise<FromThread> {
  const startedAt = performance.now()
  const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(clock.leftMs)))
  try {
    const answered = once(thread, 'message', { signal: timeout })
    thread.postMessage(message, message.kind === 'chunk' ? [message.chunk.buffer] : [])
    const [answer] = await answered
    clock.leftMs -= performance.now() - startedAt
    return answer
  } catch (error) {
    if (timeout.aborted) throw new RefusedArtifact(`reading it takes longer than ${time / 1000} s`)
    if (readErrorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY')
      throw new RefusedArtifact(`reading it takes more than ${heapMb} MiB of memory`)
    const because = `the thread that reads artifacts failed: ${getErrorMessage(error)}`
    throw new Failure('unavailable', because, { cause: error })
  }
}

interface Beginning {
  readonly chunks: readonly Uint8Array[]
  /** What follows; null: there is no more. */
  readonly rest: AsyncIterator<Uint8Array> | null
}

/** Reads a stream until it ends or has more than `maxBytes`. */
async function readAhead(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Beginning> {
  const iterator = stream[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  for (let size = 0; size <= maxBytes; ) {
    const { done, value } = await iterator.next()
    if (done) return { chunks, rest: null }
    chunks.push(value)
    size += value.byteLength
  }
  return { chunks, rest: iterator }
}

async function* toStream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function* join(
  chunks: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array> | null,
): AsyncGenerator<Uint8Array> {
  yield* chunks
  if (rest === null) return
  try {
    yield* { [Symbol.asyncIterator]: () => ({ next: () => rest.next() }) }
  } finally {
    await rest.return?.()
  }
}
