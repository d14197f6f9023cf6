import type { ArtifactStore, WorkflowOutputs } from '../../artifacts/port.ts'
import { asText, at, type Json } from '../../lib/json.ts'
import type { ArtifactRef } from '../../run/run.ts'
import { type ArgoSettings, createArgoApi } from './argo-api.ts'
import { type ArgoNode, readNodes } from './argo-nodes.ts'

/** The bucket of artifacts that Argo itself serves. No S3 bucket can have this name. */
const DOWNLOADS_BUCKET = 'argo:downloads'

/**
 * Reads the outputs of a workflow from the cluster, otherwise from the archive. The best sources
 * come first: artifacts in S3, then Argo's own downloads; of a retried step only its last try.
 */
export function createArgoOutputs(settings: ArgoSettings): WorkflowOutputs {
  const api = createArgoApi(settings)
  return {
    async findOutputs({ namespace, name, uid }, signal) {
      const live = await api.getJson(
        `/api/v1/workflows/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
        signal,
      )
      // Another workflow may have taken the name since.
      const current =
        live !== null && (uid === null || at(live, 'metadata', 'uid') === uid) ? live : null
      const nodes = current === null ? null : await readNodes(current)
      const archived =
        uid !== null && (nodes === null || nodes.length === 0)
          ? await api.getJson(`/api/v1/archived-workflows/${encodeURIComponent(uid)}`, signal)
          : null
      const workflow = archived ?? current
      if (workflow === null) return null
      const phase = asText(at(workflow, 'status', 'phase')) ?? ''
      return {
        phase,
        finished: ['Succeeded', 'Failed', 'Error'].includes(phase),
        artifacts: toArtifactRefs(
          workflow,
          archived === null ? (nodes ?? []) : await readNodes(archived),
        ),
      }
    },
  }
}

/** Adds Argo's own downloads to a store, for artifacts that the store does not have. */
export function addArgoDownloads(store: ArtifactStore, settings: ArgoSettings): ArtifactStore {
  const api = createArgoApi(settings)
  return {
    describe: `${store.describe}, and downloads from ${settings.url}`,
    list: store.list,
    open: (bucket, key, signal) =>
      bucket === DOWNLOADS_BUCKET
        ? api.download(`/${key}`, signal)
        : store.open(bucket, key, signal),
  }
}

function toArtifactRefs(workflow: Json, nodes: readonly ArgoNode[]): readonly ArtifactRef[] {
  const defaultBucket = asText(
    at(workflow, 'status', 'artifactRepositoryRef', 'artifactRepository', 's3', 'bucket'),
  )
  const named = nodes.toSorted(compareImplementationFirst).flatMap(({ id, artifacts }) =>
    artifacts.flatMap((artifact) => {
      const name = asText(at(artifact, 'name'))
      return name === null ? [] : [{ id, name, artifact }]
    }),
  )
  const stored = named.flatMap(({ name, artifact }): ArtifactRef[] => {
    const key = asText(at(artifact, 's3', 'key'))
    return key === null
      ? []
      : [{ name, bucket: asText(at(artifact, 's3', 'bucket')) ?? defaultBucket, key }]
  })
  return [...stored, ...named.flatMap(({ id, name }) => toDownloadRefs(workflow, id, name))]
}

/**
 * The nodes of the implementation first: every pod leaves `main-logs`, the exit handler last, and
 * only those of the implementation are wanted.
 */
const compareImplementationFirst = (a: ArgoNode, b: ArgoNode): number =>
  Number(isImplementation(b)) - Number(isImplementation(a))
const isImplementation = ({ artifacts }: ArgoNode): boolean =>
  artifacts.some((artifact) => asText(at(artifact, 'name'))?.startsWith('implementation-'))

function toDownloadRefs(workflow: Json, node: string, name: string): readonly ArtifactRef[] {
  const [uid, namespace, workflowName] = ['uid', 'namespace', 'name'].map((key) =>
    asText(at(workflow, 'metadata', key)),
  )
  const joinPath = (...segments: readonly string[]): string =>
    segments.map(encodeURIComponent).join('/')
  return [
    ...(uid
      ? [{ name, bucket: DOWNLOADS_BUCKET, key: joinPath('artifacts-by-uid', uid, node, name) }]
      : []),
    ...(namespace && workflowName
      ? [
          {
            name,
            bucket: DOWNLOADS_BUCKET,
            key: joinPath('artifacts', namespace, workflowName, node, name),
          },
        ]
      : []),
  ]
}
