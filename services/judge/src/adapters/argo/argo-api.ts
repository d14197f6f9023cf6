import { Failure, getErrorMessage, isFailure } from '../../lib/failure.ts'
import type { Json } from '../../lib/json.ts'
import { mapErrors } from '../../lib/map-errors.ts'

export interface ArgoSettings {
  /** Without a trailing slash. */
  readonly url: string
  readonly token: string | null
  /** Reads the token from its file again; null if it does not come from a file. */
  readonly rereadToken: (() => Promise<string>) | null
}

/** Rejects with `Failure` only. */
export interface ArgoApi {
  /** The JSON at a path; null if Argo answers 404. */
  getJson(path: string, signal: AbortSignal): Promise<Json | null>
  /** The bytes at a path; null if Argo answers 404. `bytes` is null if the length is unknown. */
  download(
    path: string,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: number | null; readonly stream: AsyncIterable<Uint8Array> } | null>
}

/** A client of Argo's API. It reads the token again if Argo answers 401. */
export function createArgoApi({ url, token: firstToken, rereadToken }: ArgoSettings): ArgoApi {
  let token = firstToken
  const request = async (path: string, signal: AbortSignal): Promise<Response> => {
    const send = () =>
      fetch(`${url}${path}`, {
        signal,
        redirect: 'error',
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
      })
    const response = await send()
    if (response.status !== 401 || rereadToken === null) return response
    // A projected service account token is replaced on disk long before it expires.
    await response.body?.cancel()
    token = await rereadToken()
    return send()
  }
  const requestSuccess = async (path: string, signal: AbortSignal): Promise<Response | null> => {
    try {
      const response = await request(path, signal)
      if (response.ok) return response
      await response.body?.cancel()
      if (response.status === 404) return null
      const kind = response.status === 401 || response.status === 403 ? 'forbidden' : 'unavailable'
      throw new Failure(kind, `Argo answered ${response.status}`)
    } catch (error) {
      throw toArgoFailure(error)
    }
  }
  return {
    async getJson(path, signal) {
      const response = await requestSuccess(path, signal)
      try {
        return response === null ? null : ((await response.json()) as Json)
      } catch (error) {
        throw toArgoFailure(error)
      }
    },
    async download(path, signal) {
      const response = await requestSuccess(path, signal)
      if (response === null) return null
      const length =
        response.headers.get('content-encoding') === null
          ? Number(response.headers.get('content-length') ?? Number.NaN)
          : Number.NaN
      return {
        bytes: Number.isSafeInteger(length) ? length : null,
        stream: mapErrors(response.body ?? emptyStream(), toArgoFailure),
      }
    },
  }
}

async function* emptyStream(): AsyncGenerator<Uint8Array> {}

function toArgoFailure(error: unknown): Failure {
  if (isFailure(error)) return error
  const reason = error instanceof Error ? (error.cause ?? error) : error
  return new Failure('unavailable', `Argo did not answer: ${getErrorMessage(reason)}`, {
    cause: error,
  })
}
