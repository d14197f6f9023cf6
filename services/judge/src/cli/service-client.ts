import type { Settings } from '../config/settings.ts'
import { Failure } from '../lib/failure.ts'
import { isObject, type JsonObject, parseJson } from '../lib/json.ts'
import { clip, collapseSpace } from '../lib/text.ts'
import { readStreamRecords, type StreamRecord } from './read-stream-records.ts'

const TIMEOUT_MS = 30_000

/** The API of a running service, with the token of an operator or a reader. */
export interface ServiceClient {
  /** The address of the service, without a slash at its end. */
  readonly url: string
  /** Null if the service answers 404. Rejects with `Failure` if it refuses, or is not reached. */
  find(path: string): Promise<JsonObject | null>
  get(path: string): Promise<JsonObject>
  post(path: string, body: unknown): Promise<JsonObject>
  /**
   * The records of a stream, after the one with this id. Ends when the connection or the signal
   * does.
   */
  follow(
    path: string,
    options: { readonly after: string | null; readonly signal: AbortSignal },
  ): AsyncGenerator<StreamRecord>
}

/** The address at which the service is reached. */
export const findServiceUrl = ({ publicUrl, listen }: Pick<Settings, 'publicUrl' | 'listen'>) =>
  publicUrl ?? `http://${listen.host}:${listen.port}`

export function createServiceClient({ publicUrl, listen, tokens }: Settings): ServiceClient {
  const url = findServiceUrl({ publicUrl, listen }).replace(/\/+$/, '')
  const [token] = [...tokens.operator, ...tokens.read]
  const headers = token === undefined ? {} : { authorization: `Bearer ${token.token}` }
  const send = (path: string, init: RequestInit): Promise<Response> =>
    fetch(`${url}${path}`, {
      redirect: 'error',
      ...init,
      headers: { ...headers, ...init.headers },
    }).catch((error: unknown) => {
      if (init.signal?.aborted && !(error instanceof DOMException && error.name === 'TimeoutError'))
        throw error
      throw new Failure('unavailable', `the service at ${url} is not reached`, { cause: error })
    })
  const refuse = (status: number, answer: JsonObject): never => {
    const why = typeof answer.detail === 'string' ? answer.detail : 'it does not say why'
    throw new Failure('refused', `${url} answered ${status}: ${why}`)
  }
  const request = async (path: string, body?: unknown) => {
    const response = await send(path, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
    })
    return { response, answer: parseAnswer(await response.text()) }
  }
  return {
    url,
    find: async (path) => {
      const { response, answer } = await request(path)
      if (response.status === 404) return null
      return response.ok ? answer : refuse(response.status, answer)
    },
    get: async (path) => {
      const { response, answer } = await request(path)
      return response.ok ? answer : refuse(response.status, answer)
    },
    post: async (path, body) => {
      const { response, answer } = await request(path, body)
      return response.ok ? answer : refuse(response.status, answer)
    },
    async *follow(path, { after, signal }) {
      const response = await send(path, {
        signal,
        headers: {
          accept: 'text/event-stream',
          ...(after === null ? {} : { 'last-event-id': after }),
        },
      })
      if (!response.ok || response.body === null)
        refuse(response.status, parseAnswer(await response.text()))
      else yield* readStreamRecords(response.body)
    },
  }
}

function parseAnswer(text: string): JsonObject {
  try {
    const value = parseJson(text)
    return isObject(value) ? value : {}
  } catch {
    return { detail: clip(collapseSpace(text), 200) }
  }
}
