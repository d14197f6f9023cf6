import { artifactLimits } from '../../artifacts/read-artifact.ts'
import type { CallWatch } from '../../lib/call-watch.ts'
import { Failure, getErrorMessage, isFailure } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'
import { asText, at, type Json, parseJson } from '../../lib/json.ts'
import { mapErrors } from '../../lib/map-errors.ts'
import { clip } from '../../lib/text.ts'
import { type AnswerBounds, fetchBounded } from '../fetch-bounded.ts'
import { readFirstBytes } from '../read-first-bytes.ts'

export interface ArgoSettings {
  /** Without a trailing slash. */
  readonly url: string
  readonly token: string | null
  /** Reads the token from its file again; null if it does not come from a file. */
  readonly rereadToken: (() => Promise<string | null>) | null
  /** Notes how each request ended. */
  readonly watch: CallWatch
}

/** Rejects with `Failure` only. */
export interface ArgoApi {
  /** The JSON at a path, its texts sanitized; null if Argo answers 404. */
  getJson(path: string, signal: AbortSignal): Promise<Json | null>
  /** The bytes at a path; null if Argo answers 404. `bytes` is null if the length is unknown. */
  download(
    path: string,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: number | null; readonly stream: AsyncIterable<Uint8Array> } | null>
}

/** A page of workflows, whose nodes are many. */
const MAX_JSON_BYTES = 16 * 1024 * 1024
const JSON_TIME_LIMIT_MS: Millis = 60_000

/** A client of Argo's API. It reads the token again if Argo answers 401. */
export function createArgoApi(settings: ArgoSettings): ArgoApi {
  const { url, rereadToken, watch } = settings
  let { token } = settings
  const request = async (
    path: string,
    signal: AbortSignal,
    bounds: AnswerBounds,
  ): Promise<Response> => {
    const send = () =>
      fetchBounded(
        `${url}${path}`,
        {
          signal,
          redirect: 'error',
          headers: token === null ? {} : { authorization: `Bearer ${token}` },
        },
        bounds,
      )
    const response = await send()
    if (response.status !== 401 || rereadToken === null) return response
    // A projected service account token is replaced on disk long before it expires.
    await response.body?.cancel()
    token = await rereadToken()
    return send()
  }
  const requestSuccess = (
    path: string,
    signal: AbortSignal,
    bounds: AnswerBounds,
  ): Promise<Response | null> =>
    watch.track({ operation: 'read' }, signal, async () => {
      try {
        const response = await request(path, signal, bounds)
        if (response.ok) return response
        const body = await readFirstBytes(response)
        if (response.status === 404) return null
        throw toRefusal(response.status, body)
      } catch (error) {
        throw toArgoFailure(error)
      }
    })
  return {
    async getJson(path, signal) {
      const bounds = { maxBytes: MAX_JSON_BYTES, timeLimit: JSON_TIME_LIMIT_MS }
      const response = await requestSuccess(path, signal, bounds)
      try {
        return response === null ? null : parseJson(await response.text())
      } catch (error) {
        throw toArgoFailure(error)
      }
    },
    async download(path, signal) {
      // One byte more than an artifact may have, so that its reader says what is wrong.
      const bounds = { maxBytes: artifactLimits.storedBytes + 1 }
      const response = await requestSuccess(path, signal, bounds)
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

/** Any answer but a success or a 404. Argo's own errors are JSON with a message. */
function toRefusal(status: number, body: string): Failure {
  const message = asText(at(parseJsonOrNull(body), 'message'))
  const answer = `answered ${status}${message === null ? '' : `: ${clip(message, 300)}`}`
  if (status !== 401 && status !== 403)
    return new Failure('unavailable', `Argo ${answer}`, { system: 'argo', answer })
  const remedy =
    status === 401 ? 'set a valid ARGO_TOKEN' : 'let the account of ARGO_TOKEN read workflows'
  return new Failure('forbidden', `Argo ${answer}; ${remedy}`, {
    system: 'argo',
    refused: status === 401 ? 'credentials' : 'permission',
    answer,
    remedy,
  })
}

function parseJsonOrNull(text: string): Json {
  try {
    return parseJson(text)
  } catch {
    return null
  }
}

function toArgoFailure(error: unknown): Failure {
  if (isFailure(error)) return error
  const reason = error instanceof Error ? (error.cause ?? error) : error
  return new Failure('unavailable', `Argo did not answer: ${getErrorMessage(reason)}`, {
    cause: error,
    system: 'argo',
  })
}
