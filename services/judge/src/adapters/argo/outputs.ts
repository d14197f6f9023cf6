import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { ArtifactStore, WorkflowOutputs } from '../../artifacts/port.ts'
import { Failure, isFailure, messageOf } from '../../lib/failure.ts'
import type { ArtifactRef } from '../../run/run.ts'

export interface ArgoSettings {
  /** Without a slash at its end. */
  readonly url: string
  readonly token: string | null
  /** Reads the token anew; null where it does not come from a file that may change. */
  readonly rereadToken: (() => Promise<string>) | null
}

/**
 * Where Argo's own download of an artifact is asked for, as a bucket of its own that no S3 bucket
 * can be named.
 */
const downloads = 'argo:downloads'
/** No workflow of ours has nodes that unpack to more. */
const maxNodes = 128 * 1024 * 1024

/**
 * What Argo's API knows of a workflow: from the cluster, else from the archive. Artifacts come best
 * first: where they lie in S3, then Argo's own downloads of them; of a step that was retried, the
 * last to finish.
 */
export function argoOutputs(settings: ArgoSettings): WorkflowOutputs {
  const api = argoApi(settings)
  return {
    async outputs({ namespace, name, uid }, signal) {
      const live = await api.json(
        `/api/v1/workflows/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
        signal,
      )
      // The name may have been used again since.
      const ours =
        live !== null && (uid === null || at(live, 'metadata', 'uid') === uid) ? live : null
      const nodes = ours === null ? null : await nodesOf(ours)
      const archived =
        uid !== null && (nodes === null || nodes.length === 0)
          ? await api.json(`/api/v1/archived-workflows/${encodeURIComponent(uid)}`, signal)
          : null
      const workflow = archived ?? ours
      if (workflow === null) return null
      const phase = text(at(workflow, 'status', 'phase')) ?? ''
      return {
        phase,
        finished: ['Succeeded', 'Failed', 'Error'].includes(phase),
        artifacts: refsOf(workflow, archived === null ? (nodes ?? []) : await nodesOf(archived)),
      }
    },
  }
}

/** Adds Argo's own downloads to a store, for artifacts that lie where the store does not reach. */
export function withArgoDownloads(store: ArtifactStore, settings: ArgoSettings): ArtifactStore {
  const api = argoApi(settings)
  return {
    describe: `${store.describe}, and downloads from ${settings.url}`,
    list: store.list,
    open: (bucket, key, signal) =>
      bucket === downloads ? api.download(`/${key}`, signal) : store.open(bucket, key, signal),
  }
}

/**
 * Argo's API, its token read anew where it is refused. Rejects with `Failure`; what is not there is
 * null.
 */
export function argoApi({ url, token: first, rereadToken }: ArgoSettings) {
  let token = first
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
  const answered = async (path: string, signal: AbortSignal): Promise<Response | null> => {
    try {
      const response = await request(path, signal)
      if (response.ok) return response
      await response.body?.cancel()
      if (response.status === 404) return null
      const kind = response.status === 401 || response.status === 403 ? 'forbidden' : 'unavailable'
      throw new Failure(kind, `Argo answered ${response.status}`)
    } catch (error) {
      throw failureOf(error)
    }
  }
  return {
    async json(path: string, signal: AbortSignal): Promise<Json | null> {
      const response = await answered(path, signal)
      try {
        return response === null ? null : ((await response.json()) as Json)
      } catch (error) {
        throw failureOf(error)
      }
    },
    async download(path: string, signal: AbortSignal) {
      const response = await answered(path, signal)
      if (response === null) return null
      const length =
        response.headers.get('content-encoding') === null
          ? Number(response.headers.get('content-length') ?? Number.NaN)
          : Number.NaN
      return {
        bytes: Number.isSafeInteger(length) ? length : null,
        stream: failing(response.body ?? empty()),
      }
    },
  }
}

async function* empty(): AsyncGenerator<Uint8Array> {}

async function* failing(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream
  } catch (error) {
    throw failureOf(error)
  }
}

const failureOf = (error: unknown): Failure =>
  isFailure(error)
    ? error
    : new Failure(
        'unavailable',
        `Argo cannot be asked: ${messageOf(error instanceof Error ? (error.cause ?? error) : error)}`,
        { cause: error },
      )

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }

export const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
export const at = (value: Json, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>(
    (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  )
export const text = (value: Json | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null

interface Node {
  readonly id: string
  readonly finishedAt: string
  /**
   * For a try of a retried step: the step, and which try it was; a step that is no try counts as
   * the last of its own.
   */
  readonly step: string
  readonly attempt: number
  readonly artifacts: readonly Json[]
}

/**
 * The nodes of a workflow that count, the last to finish first; also where they were compressed to
 * fit into etcd.
 */
async function nodesOf(workflow: Json): Promise<readonly Node[]> {
  const plain = at(workflow, 'status', 'nodes')
  const compressed = text(at(workflow, 'status', 'compressedNodes'))
  const nodes =
    isObject(plain) && Object.keys(plain).length > 0
      ? plain
      : compressed === null
        ? {}
        : await decompressed(compressed)
  if (!isObject(nodes)) return []
  const all = Object.entries(nodes).map(readNode)
  // A try that was repeated left nothing that counts, even where the later one left less.
  const tries = all.filter(isTry)
  const latest = new Map(
    tries.toSorted((a, b) => a.attempt - b.attempt).map(({ step, attempt }) => [step, attempt]),
  )
  const counts = (node: Node): boolean => !isTry(node) || latest.get(node.step) === node.attempt
  return all
    .filter(counts)
    .toSorted((a, b) => compare(b.finishedAt, a.finishedAt) || b.attempt - a.attempt)
}

const isTry = ({ attempt }: Node): boolean => attempt < Number.MAX_SAFE_INTEGER
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function readNode([id, node]: readonly [string, Json]): Node {
  const name = text(at(node, 'name')) ?? text(at(node, 'displayName')) ?? id
  const [, step, number] =
    (at(node, 'nodeFlag', 'retried') === true && /^(.*)\((\d+)\)$/s.exec(name)) || []
  const artifacts = at(node, 'outputs', 'artifacts')
  return {
    id,
    finishedAt: text(at(node, 'finishedAt')) ?? '',
    step: step ?? name,
    attempt: number === undefined ? Number.MAX_SAFE_INTEGER : Number(number),
    artifacts: Array.isArray(artifacts) ? artifacts : [],
  }
}

/** The nodes of a workflow as Argo compresses them to fit into etcd. */
export async function decompressed(base64: string): Promise<Json> {
  try {
    const bytes = await promisify(gunzip)(Buffer.from(base64, 'base64'), {
      maxOutputLength: maxNodes,
    })
    return JSON.parse(bytes.toString('utf8')) as Json
  } catch (error) {
    throw new Failure(
      'unavailable',
      `the nodes Argo sent cannot be unpacked: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

function refsOf(workflow: Json, nodes: readonly Node[]): readonly ArtifactRef[] {
  const bucketOf = text(
    at(workflow, 'status', 'artifactRepositoryRef', 'artifactRepository', 's3', 'bucket'),
  )
  const named = nodes.toSorted(implementingFirst).flatMap(({ id, artifacts }) =>
    artifacts.flatMap((artifact) => {
      const name = text(at(artifact, 'name'))
      return name === null ? [] : [{ id, name, artifact }]
    }),
  )
  const stored = named.flatMap(({ name, artifact }): ArtifactRef[] => {
    const key = text(at(artifact, 's3', 'key'))
    return key === null
      ? []
      : [{ name, bucket: text(at(artifact, 's3', 'bucket')) ?? bucketOf, key }]
  })
  return [...stored, ...named.flatMap(({ id, name }) => downloadsOf(workflow, id, name))]
}

/**
 * Every pod leaves its `main-logs`, an exit handler's the last; the one of the pod that did the
 * work is meant.
 */
const implementingFirst = (a: Node, b: Node): number =>
  Number(implementing(b)) - Number(implementing(a))
const implementing = ({ artifacts }: Node): boolean =>
  artifacts.some((artifact) => text(at(artifact, 'name'))?.startsWith('implementation-'))

function downloadsOf(workflow: Json, node: string, name: string): readonly ArtifactRef[] {
  const [uid, namespace, workflowName] = ['uid', 'namespace', 'name'].map((key) =>
    text(at(workflow, 'metadata', key)),
  )
  const part = (...segments: readonly string[]): string =>
    segments.map(encodeURIComponent).join('/')
  return [
    ...(uid ? [{ name, bucket: downloads, key: part('artifacts-by-uid', uid, node, name) }] : []),
    ...(namespace && workflowName
      ? [{ name, bucket: downloads, key: part('artifacts', namespace, workflowName, node, name) }]
      : []),
  ]
}
