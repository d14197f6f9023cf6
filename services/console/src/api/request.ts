import { Fault, readFault } from './fault.ts'
import { noteServerTime } from './server-clock.ts'

/**
 * `fetch` for the typed client: throws a `Fault` unless the answer is a success, and learns the
 * service's time.
 */
export async function fetchFromService(request: Request): Promise<Response> {
  const response = await fetch(request).catch((error: unknown) => {
    if (request.signal.aborted) throw error
    throw new Fault('unreachable', 'The service does not answer.')
  })
  noteServerTime(response.headers.get('date'))
  if (response.ok) return response
  const body: unknown = await response.json().catch(() => null)
  throw readFault(response.status, response.headers.get('retry-after'), body)
}

/** Reads JSON of a route. Throws a `Fault` otherwise. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetchFromService(
    new Request(path, { headers: { accept: 'application/json' }, signal: signal ?? null }),
  )
  return response.json()
}

/**
 * Writes once: a repetition with the same key gets the first answer. Throws a `Fault` otherwise.
 */
export async function postJson<T>(
  path: string,
  body: unknown,
  idempotencyKey: string = crypto.randomUUID(),
): Promise<T> {
  const response = await fetchFromService(
    new Request(path, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify(body),
      keepalive: true,
    }),
  )
  return response.status === 204 ? (undefined as T) : response.json()
}
