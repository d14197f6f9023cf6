import http from 'node:http'
import https from 'node:https'
import { Client } from 'minio'
import type { ArtifactStore } from '../../artifacts/port.ts'
import { artifactLimits } from '../../artifacts/read-artifact.ts'
import { Failure, getErrorMessage, isFailure } from '../../lib/failure.ts'
import { mapErrors } from '../../lib/map-errors.ts'

export interface MinioSettings {
  readonly endpoint: { readonly host: string; readonly port: number; readonly tls: boolean }
  /** Null: requests are unsigned. */
  readonly credentials: { readonly accessKey: string; readonly secretKey: string } | null
  readonly region: string
}

/**
 * Reads artifacts from an S3 server through the MinIO client. It never retries: the engine retries
 * the reading, and the client's own retries write to the console.
 */
export function createMinioStore(settings: MinioSettings): ArtifactStore {
  const { host, port, tls } = settings.endpoint
  const createClient = bindClient(settings)
  return {
    describe: `S3 at ${tls ? 'https' : 'http'}://${host}:${port}`,
    async open(bucket, key, signal) {
      try {
        const stream = await createClient(signal, MAX_OBJECT_BYTES).getObject(bucket, key)
        const length =
          stream instanceof http.IncomingMessage
            ? Number(stream.headers['content-length'] ?? Number.NaN)
            : Number.NaN
        return {
          bytes: Number.isSafeInteger(length) ? length : null,
          stream: mapErrors(stream, toStoreFailure),
        }
      } catch (error) {
        if (missingCodes.has(readStoreErrorCode(error))) return null
        throw toStoreFailure(error)
      }
    },
    async list(bucket, prefix, max, signal) {
      const keys: string[] = []
      try {
        for await (const item of createClient(signal, MAX_ANSWER_BYTES).listObjectsV2(
          bucket,
          prefix,
          true,
        )) {
          if (typeof item.name === 'string') keys.push(item.name)
          if (keys.length >= max) break
        }
        return keys
      } catch (error) {
        if (missingCodes.has(readStoreErrorCode(error))) return []
        throw toStoreFailure(error)
      }
    },
  }
}

/** Creates a client for each call: cheap, because the connections belong to the agent. */
function bindClient({ endpoint, credentials, region }: MinioSettings) {
  const { host, port, tls } = endpoint
  const agent = tls ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true })
  // The client has no abort signals, but accepts a transport.
  return (signal: AbortSignal, maxBytes: number): Client =>
    new Client({
      endPoint: host,
      port,
      useSSL: tls,
      region,
      pathStyle: true,
      ...(credentials ?? {}),
      transportAgent: agent,
      retryOptions: { disableRetry: true },
      transport: {
        request: boundRequest(tls ? https.request : http.request, { signal, maxBytes }),
      },
    })
}

/** Checks that a bucket exists and can be listed. Rejects with `Failure`. */
export async function examineBucket(
  settings: MinioSettings,
  bucket: string,
  signal: AbortSignal,
): Promise<'listed' | 'missing'> {
  try {
    for await (const _ of bindClient(settings)(signal, MAX_ANSWER_BYTES).listObjectsV2(
      bucket,
      '',
      true,
    ))
      break
    return 'listed'
  } catch (error) {
    if (readStoreErrorCode(error) === 'NoSuchBucket') return 'missing'
    throw toStoreFailure(error)
  }
}

/** A page of a listing has at most 1,000 keys of 1 KiB. An error is shorter. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024
/** One byte more than an artifact may have, so that its reader says what is wrong. */
const MAX_OBJECT_BYTES = artifactLimits.storedBytes + 1

/** The client keeps whole answers in memory, and has no bound and no signal for them. */
function boundRequest(
  request: typeof http.request,
  { signal, maxBytes }: { readonly signal: AbortSignal; readonly maxBytes: number },
): typeof http.request {
  const bounded = (
    options: http.RequestOptions,
    callback?: (response: http.IncomingMessage) => void,
  ) =>
    request({ ...options, signal }, (response) => {
      const isSuccess = response.statusCode !== undefined && response.statusCode < 300
      limitBody(response, isSuccess ? maxBytes : MAX_ANSWER_BYTES)
      callback?.(response)
    })
  // The client uses only this one of the overloads.
  return bounded as typeof http.request
}

/** Before the bytes are queued: a listener would start the flow before the client listens. */
function limitBody(response: http.IncomingMessage, maxBytes: number): void {
  const push = response.push.bind(response)
  let bytes = 0
  response.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    bytes += chunk instanceof Uint8Array ? chunk.byteLength : 0
    if (bytes <= maxBytes) return push(chunk, encoding)
    response.destroy(new Error(`the answer is longer than ${maxBytes} bytes`))
    return false
  }
}

const missingCodes: ReadonlySet<string> = new Set([
  'NoSuchKey',
  'NoSuchBucket',
  'NoSuchVersion',
  'NotFound',
])
const forbiddenCodes: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccountProblem',
  'AllAccessDisabled',
  'AuthorizationHeaderMalformed',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidSecurity',
  'InvalidTokenId',
  'SignatureDoesNotMatch',
  // Sent by versitygw, with status 404.
  'XAdminUserNotFound',
])
const refusedCodes: ReadonlySet<string> = new Set([
  'InvalidBucketNameError',
  'InvalidObjectNameError',
  'InvalidBucketName',
  'XMinioInvalidObjectName',
  'KeyTooLongError',
  // The client decodes every listed key as percent-encoded, but some servers send keys as they are.
  'URIError',
])

function readStoreErrorCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

function toStoreFailure(error: unknown): Failure {
  if (isFailure(error)) return error
  const code = readStoreErrorCode(error)
  const kind = forbiddenCodes.has(code)
    ? 'forbidden'
    : refusedCodes.has(code)
      ? 'refused'
      : 'unavailable'
  const answer = getErrorMessage(error) || code
  const text = `the artifact store answered: ${answer}`
  if (kind !== 'forbidden') return new Failure(kind, text, { cause: error, answer })
  const isAccess = code === 'AccessDenied' || code === 'AllAccessDisabled'
  const remedy = isAccess
    ? 'let the key of MINIO_ACCESS_KEY read and list the bucket'
    : 'set valid MINIO_ACCESS_KEY and MINIO_SECRET_KEY, and their MINIO_REGION'
  return new Failure(kind, `${text}; ${remedy}`, {
    cause: error,
    refused: isAccess ? 'permission' : 'credentials',
    answer,
    remedy,
  })
}
