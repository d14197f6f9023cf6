import { setTimeout as wait } from 'node:timers/promises'

export interface Delivery {
  readonly url: string
  /** Tried in order where one is not taken. */
  readonly tokens: readonly string[]
  readonly body: string
  /** Everything ends then; milliseconds since the epoch. */
  readonly deadline: number
}

export type Delivered = { readonly kind: 'delivered' } | { readonly kind: 'given up'; readonly because: string }

/**
 * Posts until the judge has it, or refuses it, or the time is over. The same body every time, so that the judge knows repetitions.
 * Never rejects.
 */
export async function deliver(what: Delivery, signal: AbortSignal): Promise<Delivered> {
  const { url, body, deadline } = what
  // A try that hangs must leave time for another: it may reach a replica that answers.
  const perTry = Math.max(100, (deadline - Date.now()) / 2)
  let tokens = what.tokens
  let because = 'there was no time to'
  for (let pause = 200; ; pause = Math.min(pause * 2, 5000)) {
    const left = deadline - Date.now()
    if (left <= 0 || signal.aborted) return { kind: 'given up', because }
    const answer = await post(url, { body, token: tokens[0], within: Math.min(left, perTry), signal })
    if (answer.kind === 'taken') return { kind: 'delivered' }
    because = answer.because
    if (answer.kind === 'token' && tokens.length > 1) {
      tokens = tokens.slice(1)
      continue
    }
    if (answer.kind !== 'later') return { kind: 'given up', because }
    const rest = Math.max(pause, answer.retryAfter ?? 0)
    if (Date.now() + rest >= deadline) return { kind: 'given up', because }
    await wait(rest, undefined, { signal }).catch(() => {})
  }
}

type Answer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'later'; readonly because: string; readonly retryAfter: number | null }
  | { readonly kind: 'token' | 'refused'; readonly because: string }

async function post(
  url: string,
  how: {
    readonly body: string
    readonly token: string | undefined
    readonly within: number
    readonly signal: AbortSignal
  },
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([how.signal, AbortSignal.timeout(Math.ceil(how.within))]),
      headers: {
        'content-type': 'application/json',
        ...(how.token === undefined ? {} : { authorization: `Bearer ${how.token}` }),
      },
      body: how.body,
    })
    // Nothing in the body changes what is done; a connection that breaks while it comes does not either.
    await response.body?.cancel().catch(() => {})
    const { status, ok, headers } = response
    const because = `the judge answered ${status}`
    if (ok) return { kind: 'taken' }
    if (status === 401 || status === 403) return { kind: 'token', because }
    if (status === 408 || status === 425 || status === 429 || status >= 500)
      return { kind: 'later', because, retryAfter: millisIn(headers.get('retry-after')) }
    return { kind: 'refused', because }
  } catch (error) {
    const cause = error instanceof Error ? (error.cause instanceof Error ? error.cause : error) : null
    const code = cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : cause?.name
    return { kind: 'later', because: `the judge did not answer (${code ?? 'unknown'})`, retryAfter: null }
  }
}

const millisIn = (header: string | null): number | null =>
  header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null
