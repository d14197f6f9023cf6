import type { Millis } from '../lib/instant.ts'

export interface AnswerBounds {
  /** Bytes of the body, after decompression. */
  readonly maxBytes: number
  /** From the request to the end of the body, for a server that sends a byte now and then. */
  readonly timeLimit?: Millis
}

const MEBIBYTE = 1024 * 1024

/** For JSON: parsed, it takes several times as much memory. */
export const JSON_BYTES = 8 * MEBIBYTE

/**
 * The answer has more bytes than its reader takes. Its name is that of an abort, because it is no
 * use to send the request again at once.
 */
export class AnswerTooLong extends Error {
  constructor(maxBytes: number) {
    super(`the answer is longer than ${Math.floor(maxBytes / MEBIBYTE)} MiB`)
    this.name = 'AbortError'
  }
}

/**
 * `fetch` with bounds for the answer: reading a longer body rejects with `AnswerTooLong` and ends
 * the connection, and one that takes longer is aborted with a `TimeoutError`. Headers are bounded
 * by Node, at 16 KiB. Every adapter uses this: a system that answers without an end must not take
 * the memory of the service.
 */
export async function fetchBounded(
  input: string | URL | Request,
  init: RequestInit | undefined,
  { maxBytes, timeLimit }: AnswerBounds,
): Promise<Response> {
  const signals = [
    init?.signal,
    timeLimit === undefined ? null : AbortSignal.timeout(timeLimit),
  ].flatMap((signal) => signal ?? [])
  const response = await fetch(input, {
    ...init,
    ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
  })
  if (response.body === null) return response
  const bounded = new Response(response.body.pipeThrough(limitBytes(maxBytes)), response)
  // A response that is built has no address, and a redirect is relative to it.
  Object.defineProperty(bounded, 'url', { value: response.url })
  return bounded
}

function limitBytes(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) controller.error(new AnswerTooLong(maxBytes))
      else controller.enqueue(chunk)
    },
  })
}
