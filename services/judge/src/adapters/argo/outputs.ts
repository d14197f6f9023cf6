import type {
  ArtifactSource,
  ArtifactStore,
  OutputRef,
  WorkflowOutputs,
} from '../../artifacts/port.ts'
import { asText, at, type Json } from '../../lib/json.ts'
import { type ArgoSettings, createArgoApi } from './argo-api.ts'
import { type ArgoNode, readNodes } from './argo-nodes.ts'

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

/**
 * A store and, unless `settings` is null, Argo's own downloads, for artifacts that the store does
 * not have.
 */
export function createArtifactSource(
  store: ArtifactStore,
  settings: ArgoSettings | null,
): ArtifactSource {
  const api = settings === null ? null : createArgoApi(settings)
  return {
    list: store.list,
    open: async (place, signal) =>
      place.kind === 'object'
        ? store.open(place.bucket, place.key, signal)
        : ((await api?.download(`/${place.path}`, signal)) ?? null),
  }
}

function toArtifactRefs(workflow: Json, nodes: readonly ArgoNode[]): readonly OutputRef[] {
  const defaultBucket = asText(
    at(workflow, 'status', 'artifactRepositoryRef', 'artifactRepository', 's3', 'bucket'),
  )
  const named = nodes.toSorted(compareImplementationFirst).flatMap(({ id, artifacts }) =>
    artifacts.flatMap((artifact) => {
      const name = asText(at(artifact, 'name'))
      return name === null ? [] : [{ id, name, artifact }]
    }),
  )
  const stored = named.flatMap(({ name, artifact }): OutputRef[] => {
    const key = asText(at(artifact, 's3', 'key'))
    return key === null
      ? []
      : [
          {
            name,
            place: {
              kind: 'object',
              bucket: asText(at(artifact, 's3', 'bucket')) ?? defaultBucket,
              key,
            },
          },
        ]
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

function toDownloadRefs(workflow: Json, node: string, name: string): readonly OutputRef[] {
  const [uid, namespace, workflowName] = ['uid', 'namespace', 'name'].map((key) =>
    asText(at(workflow, 'metadata', key)),
  )
  const toDownload = (...segments: readonly string[]): OutputRef => ({
    name,
    place: { kind: 'argo_download', path: segments.map(encodeURIComponent).join('/') },
  })
  return [
    ...(uid ? [toDownload('artifacts-by-uid', uid, node, name)] : []),
    ...(namespace && workflowName
      ? [toDownload('artifacts', namespace, workflowName, node, name)]
      : []),
  ]
}
