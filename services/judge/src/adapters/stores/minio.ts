import http from 'node:http'
import https from 'node:https'
import { Client } from 'minio'
import type { ArtifactStore } from '../../artifacts/port.ts'
import { Failure, isFailure, messageOf } from '../../lib/failure.ts'

export interface MinioSettings {
  readonly endpoint: { readonly host: string; readonly port: number; readonly tls: boolean }
  /** Null: requests are not signed. */
  readonly credentials: { readonly accessKey: string; readonly secretKey: string } | null
  readonly region: string
}

/**
 * Artifacts on an S3 server, through the MinIO client. Bodies are streamed. Nothing is repeated
 * here: a run that could not read its artifacts looks again by itself, and the client's own retries
 * write to the console.
 */
export function minioStore({ endpoint, credentials, region }: MinioSettings): ArtifactStore {
  const { host, port, tls } = endpoint
  const agent = tls ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true })
  // The client takes no abort signal, but it lets its requests be made by others; it keeps nothing
  // worth keeping between calls.
  const client = (signal: AbortSignal): Client =>
    new Client({
      endPoint: host,
      port,
      useSSL: tls,
      region,
      pathStyle: true,
      ...(credentials ?? {}),
      transportAgent: agent,
      retryOptions: { disableRetry: true },
      transport: { request: abortable(tls ? https.request : http.request, signal) },
    })
  return {
    describe: `S3 at ${tls ? 'https' : 'http'}://${host}:${port}`,
    async open(bucket, key, signal) {
      try {
        const stream = await client(signal).getObject(bucket, key)
        const length =
          stream instanceof http.IncomingMessage
            ? Number(stream.headers['content-length'] ?? Number.NaN)
            : Number.NaN
        return { bytes: Number.isSafeInteger(length) ? length : null, stream: failing(stream) }
      } catch (error) {
        if (missing.has(codeOf(error))) return null
        throw failureOf(error)
      }
    },
    async list(bucket, prefix, max, signal) {
      const keys: string[] = []
      try {
        for await (const item of client(signal).listObjectsV2(bucket, prefix, true)) {
          if (typeof item.name === 'string') keys.push(item.name)
          if (keys.length >= max) break
        }
        return keys
      } catch (error) {
        if (missing.has(codeOf(error))) return []
        throw failureOf(error)
      }
    },
  }
}

function abortable(request: typeof http.request, signal: AbortSignal): typeof http.request {
  const withSignal = (
    options: http.RequestOptions,
    answered?: (response: http.IncomingMessage) => void,
  ) => request({ ...options, signal }, answered)
  // The client calls it in this one of its forms only.
  return withSignal as typeof http.request
}

async function* failing(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream
  } catch (error) {
    throw failureOf(error)
  }
}

const missing: ReadonlySet<string> = new Set([
  'NoSuchKey',
  'NoSuchBucket',
  'NoSuchVersion',
  'NotFound',
])
const forbidden: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccountProblem',
  'AllAccessDisabled',
  'AuthorizationHeaderMalformed',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidSecurity',
  'InvalidTokenId',
  'SignatureDoesNotMatch',
  // versitygw says it so, with status 404.
  'XAdminUserNotFound',
])
const refused: ReadonlySet<string> = new Set([
  'InvalidBucketNameError',
  'InvalidObjectNameError',
  'InvalidBucketName',
  'XMinioInvalidObjectName',
  'KeyTooLongError',
  // A listing with a key that does not decode: the client reads every key as percent-encoded, which
  // some servers do not do.
  'URIError',
])

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

function failureOf(error: unknown): Failure {
  if (isFailure(error)) return error
  const code = codeOf(error)
  const kind = forbidden.has(code) ? 'forbidden' : refused.has(code) ? 'refused' : 'unavailable'
  return new Failure(kind, `the artifact store answered: ${messageOf(error) || code}`, {
    cause: error,
  })
}
