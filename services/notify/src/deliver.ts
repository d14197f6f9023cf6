import { setTimeout as wait } from 'node:timers/promises'

export interface Delivery {
  readonly url: string
  /** The next one is tried when one is rejected. */
  readonly tokens: readonly string[]
  readonly body: string
  /** When delivery ends at the latest, in milliseconds since the epoch. */
  readonly deadline: number
}

const FIRST_PAUSE_MS = 200
const MAX_PAUSE_MS = 5_000

export type DeliveryResult =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'given up'; readonly because: string }

/**
 * Posts the body until the judge accepts or rejects it, or the deadline passes. Every try sends the
 * same body, so that the judge recognises repetitions. Never rejects.
 */
export async function deliver(delivery: Delivery, signal: AbortSignal): Promise<DeliveryResult> {
  const { url, body, deadline } = delivery
  // A try that hangs must leave time for another one, which may reach a replica that answers.
  const tryTimeoutMs = Math.max(100, (deadline - Date.now()) / 2)
  let tokens = delivery.tokens
  let because = 'there was no time left'
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    const leftMs = deadline - Date.now()
    if (leftMs <= 0 || signal.aborted) return { kind: 'given up', because }
    const result = await post(url, {
      body,
      token: tokens[0],
      timeoutMs: Math.min(leftMs, tryTimeoutMs),
      signal,
    })
    if (result.kind === 'accepted') return { kind: 'delivered' }
    because = result.because
    if (result.kind === 'token' && tokens.length > 1) {
      tokens = tokens.slice(1)
      continue
    }
    if (result.kind !== 'later') return { kind: 'given up', because }
    const pauseMs = Math.max(pause, result.retryAfterMs ?? 0)
    if (Date.now() + pauseMs >= deadline) return { kind: 'given up', because }
    await wait(pauseMs, undefined, { signal }).catch(() => {})
  }
}

type PostResult =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'later'; readonly because: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'token' | 'rejected'; readonly because: string }

interface PostOptions {
  readonly body: string
  readonly token: string | undefined
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * Sends one request. Node's `fetch` is not used, because loading it takes longer than the request.
 * Only the head of the answer is read.
 */
async function post(
  url: string,
  { body, token, timeoutMs, signal }: PostOptions,
): Promise<PostResult> {
  const { request } = await loadHttp(url)
  return new Promise((resolve) => {
    const stop = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeoutMs))])
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const sent = request(
      url,
      { method: 'POST', headers, signal: stop, agent: false },
      (response) => {
        response.destroy()
        resolve(toPostResult(response.statusCode ?? 0, response.headers['retry-after']))
      },
    )
    sent.on('error', (error) => {
      const code = stop.aborted ? 'no time left' : 'code' in error ? error.code : error.name
      resolve({ kind: 'later', because: `the judge did not answer (${code})`, retryAfterMs: null })
    })
    sent.end(body)
  })
}

/** Loads the client module. The first call takes time, so it is made during the run. */
export const loadHttp = (url: string) =>
  url.startsWith('https:') ? import('node:https') : import('node:http')

function toPostResult(status: number, retryAfter: string | undefined): PostResult {
  const because = `the judge answered ${status}`
  if (status >= 200 && status < 300) return { kind: 'accepted' }
  if (status === 401 || status === 403) return { kind: 'token', because }
  const isTemporary = status === 408 || status === 425 || status === 429 || status >= 500
  return isTemporary
    ? { kind: 'later', because, retryAfterMs: parseRetryAfterMs(retryAfter) }
    : { kind: 'rejected', because }
}

const parseRetryAfterMs = (header: string | undefined): number | null =>
  header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null
