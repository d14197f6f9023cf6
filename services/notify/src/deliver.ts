import { setTimeout as wait } from 'node:timers/promises'

export interface Delivery {
  readonly url: string
  /** Tried in order where one is not taken. */
  readonly tokens: readonly string[]
  readonly body: string
  /** Everything ends then; milliseconds since the epoch. */
  readonly deadline: number
}

export type Delivered =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'given up'; readonly because: string }

/**
 * Posts until the judge has it, or refuses it, or the time is over. The same body every time, so
 * that the judge knows repetitions. Never rejects.
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
    const answer = await post(url, {
      body,
      token: tokens[0],
      within: Math.min(left, perTry),
      signal,
    })
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

interface Post {
  readonly body: string
  readonly token: string | undefined
  readonly within: number
  readonly signal: AbortSignal
}

/**
 * One request. Node's own `fetch` would do, but starting it costs the run more than the request
 * itself. Nothing in an answer's body changes what is done, so its head is enough.
 */
async function post(url: string, { body, token, within, signal }: Post): Promise<Answer> {
  const { request } = await loadHttp(url)
  return new Promise((resolve) => {
    const stop = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(within))])
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const asking = request(
      url,
      { method: 'POST', headers, signal: stop, agent: false },
      (response) => {
        response.destroy()
        resolve(meaning(response.statusCode ?? 0, response.headers['retry-after']))
      },
    )
    asking.on('error', (error) => {
      const code = stop.aborted ? 'no time left' : 'code' in error ? error.code : error.name
      resolve({ kind: 'later', because: `the judge did not answer (${code})`, retryAfter: null })
    })
    asking.end(body)
  })
}

/** Worth calling while there is time: the first call loads what the others use. */
export const loadHttp = (url: string) =>
  url.startsWith('https:') ? import('node:https') : import('node:http')

function meaning(status: number, retryAfter: string | undefined): Answer {
  const because = `the judge answered ${status}`
  if (status >= 200 && status < 300) return { kind: 'taken' }
  if (status === 401 || status === 403) return { kind: 'token', because }
  const passes = status === 408 || status === 425 || status === 429 || status >= 500
  return passes
    ? { kind: 'later', because, retryAfter: millisIn(retryAfter) }
    : { kind: 'refused', because }
}

const millisIn = (header: string | undefined): number | null =>
  header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null
