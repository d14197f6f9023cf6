import type { ArgoWorkflow, ArgoWorkflows } from '../../ingest/argo/port.ts'
import { MAX_BODY_BYTES } from '../../ingest/http/body-parser.ts'
import { toInstantOrNull } from '../../lib/instant.ts'
import { asText, at, isObject, type Json } from '../../lib/json.ts'
import { type ArgoSettings, createArgoApi } from './argo-api.ts'
import { decompressNodes } from './argo-nodes.ts'

const PAGE_SIZE = 100
/** More finished workflows than any cluster has; it ends a list whose pages form a loop. */
const MAX_WORKFLOW_PAGES = 200

const finishedPhases = ['Succeeded', 'Failed', 'Error']
const COMPLETED_SELECTOR = 'workflows.argoproj.io/completed=true'
/** The fields of a listed workflow: without its nodes, which are fetched only if needed. */
const LISTED_FIELDS = [
  'metadata',
  ...['metadata', 'spec.arguments', 'status.phase', 'status.startedAt', 'status.finishedAt'].map(
    (field) => `items.${field}`,
  ),
].join(',')

/** Reads workflows through Argo's API: those in the cluster, then those in the archive. */
export function createArgoWorkflows(settings: ArgoSettings): ArgoWorkflows {
  const api = createArgoApi(settings)
  const list = async (
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Json> => (await api.getJson(`${path}?${new URLSearchParams(query)}`, signal)) ?? {}
  return {
    async *listFinished({ since }, signal) {
      for (const path of ['/api/v1/workflows/', '/api/v1/archived-workflows']) {
        let next = ''
        for (let page = 0; page < MAX_WORKFLOW_PAGES; page += 1) {
          const answer = await list(
            path,
            {
              'listOptions.labelSelector': COMPLETED_SELECTOR,
              ...toPageQuery(next),
              fields: LISTED_FIELDS,
            },
            signal,
          )
          const found = readItems(answer).flatMap(toWorkflowSummaries)
          yield found.filter(
            ({ finished, finishedAt }) => finished && (finishedAt === null || finishedAt >= since),
          )
          next = asText(at(answer, 'metadata', 'continue')) ?? ''
          // The archive lists the latest start first; the cluster has no useful order.
          const isPast =
            found.length > 0 &&
            found.every(({ startedAt }) => startedAt !== null && startedAt < since)
          if (next === '' || (isPast && path.endsWith('archived-workflows'))) break
        }
      }
    },
    async fetchWorkflow({ namespace, name, uid }, signal) {
      const live =
        namespace === null || name === null
          ? null
          : await api.getJson(
              `/api/v1/workflows/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
              signal,
            )
      const found =
        live !== null && at(live, 'metadata', 'uid') === uid
          ? live
          : await api.getJson(`/api/v1/archived-workflows/${encodeURIComponent(uid)}`, signal)
      return found === null ? null : encodeWorkflow(await unpackNodes(found))
    },
    async findByUid({ uid, namespace }, signal) {
      const path = `/api/v1/workflows/${encodeURIComponent(namespace ?? '')}`
      let next = ''
      for (let page = 0; page < MAX_WORKFLOW_PAGES; page += 1) {
        const query = { ...toPageQuery(next), fields: LISTED_FIELDS }
        const answer = await list(path, query, signal)
        const found = readItems(answer).flatMap(toWorkflowSummaries)
        const wanted = found.find((workflow) => workflow.uid === uid)
        if (wanted !== undefined) return wanted
        next = asText(at(answer, 'metadata', 'continue')) ?? ''
        if (next === '') break
      }
      return null
    },
    async listByName({ namespace, name }, signal) {
      const selector = [
        `metadata.name=${name}`,
        ...(namespace === null ? [] : [`metadata.namespace=${namespace}`]),
      ]
      const query = { 'listOptions.fieldSelector': selector.join(','), fields: LISTED_FIELDS }
      const path = `/api/v1/workflows/${namespace === null ? '' : encodeURIComponent(namespace)}`
      const live = readItems(await list(path, query, signal))
      const archived = readItems(await list('/api/v1/archived-workflows', query, signal))
      return [...live, ...archived]
        .flatMap(toWorkflowSummaries)
        .filter((workflow) => workflow.name === name)
        .filter((workflow) => namespace === null || workflow.namespace === namespace)
    },
  }
}

const toPageQuery = (next: string): Readonly<Record<string, string>> => ({
  'listOptions.limit': String(PAGE_SIZE),
  ...(next === '' ? {} : { 'listOptions.continue': next }),
})

const readItems = (list: Json): readonly Json[] => {
  const items = at(list, 'items')
  return Array.isArray(items) ? items : []
}

function toWorkflowSummaries(item: Json): readonly ArgoWorkflow[] {
  const [name, namespace, uid] = ['name', 'namespace', 'uid'].map((key) =>
    asText(at(item, 'metadata', key)),
  )
  if (!name || !namespace || !uid) return []
  const readTime = (key: string) => toInstantOrNull(asText(at(item, 'status', key)))
  return [
    {
      name,
      namespace,
      uid,
      finished: finishedPhases.includes(asText(at(item, 'status', 'phase')) ?? ''),
      startedAt: readTime('startedAt'),
      finishedAt: readTime('finishedAt'),
    },
  ]
}

/** The workflow with decompressed nodes, as the parser of completions expects them. */
async function unpackNodes(workflow: Json): Promise<Json> {
  const compressed = asText(at(workflow, 'status', 'compressedNodes'))
  if (!isObject(workflow) || compressed === null) return workflow
  const { status } = workflow
  const nodes = await decompressNodes(compressed)
  const { compressedNodes: _, ...rest } = isObject(status) ? status : {}
  return { ...workflow, status: { ...rest, nodes } }
}

/**
 * The bytes of a message with this workflow. Nodes that exceed the size limit of messages are left
 * out; they are read from Argo when they are needed.
 */
function encodeWorkflow(workflow: Json): Uint8Array {
  const whole = Buffer.from(JSON.stringify(workflow))
  if (whole.length <= MAX_BODY_BYTES || !isObject(workflow) || !isObject(workflow.status))
    return whole
  return Buffer.from(JSON.stringify({ ...workflow, status: { ...workflow.status, nodes: {} } }))
}
