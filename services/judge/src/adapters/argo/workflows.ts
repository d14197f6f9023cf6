import type { ArgoWorkflow, ArgoWorkflows } from '../../ingest/argo/port.ts'
import { maxBody } from '../../ingest/http/bodies.ts'
import { instantOrNull } from '../../lib/instant.ts'
import {
  type ArgoSettings,
  argoApi,
  at,
  decompressed,
  isObject,
  type Json,
  text,
} from './outputs.ts'

const PAGE = 100
/**
 * No cluster keeps more finished workflows than this of the time that is asked for; a list that
 * goes round in circles ends here.
 */
const MOST_PAGES = 200

const finishedPhases = ['Succeeded', 'Failed', 'Error']
const completed = 'workflows.argoproj.io/completed=true'
/**
 * As much as it takes to know what a workflow is and whose; its nodes are fetched only where they
 * are needed.
 */
const fields = [
  'metadata',
  ...['metadata', 'spec.arguments', 'status.phase', 'status.startedAt', 'status.finishedAt'].map(
    (field) => `items.${field}`,
  ),
].join(',')

/** The workflows Argo knows of: those in the cluster, then those only its archive has. */
export function argoWorkflows(settings: ArgoSettings): ArgoWorkflows {
  const api = argoApi(settings)
  const listed = async (
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Json> => (await api.json(`${path}?${new URLSearchParams(query)}`, signal)) ?? {}
  return {
    async *finished({ since }, signal) {
      for (const path of ['/api/v1/workflows/', '/api/v1/archived-workflows']) {
        let next = ''
        for (let page = 0; page < MOST_PAGES; page += 1) {
          const answer = await listed(
            path,
            {
              'listOptions.labelSelector': completed,
              'listOptions.limit': String(PAGE),
              ...(next === '' ? {} : { 'listOptions.continue': next }),
              fields,
            },
            signal,
          )
          const found = itemsOf(answer).flatMap(summaryOf)
          yield found.filter(
            (one) => one.finished && (one.finishedAt === null || one.finishedAt >= since),
          )
          next = text(at(answer, 'metadata', 'continue')) ?? ''
          // The archive lists by start, newest first; the cluster in no order that means anything.
          const over =
            found.length > 0 &&
            found.every(({ startedAt }) => startedAt !== null && startedAt < since)
          if (next === '' || (over && path.endsWith('archived-workflows'))) break
        }
      }
    },
    async whole({ namespace, name, uid }, signal) {
      const path = `/api/v1/workflows/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`
      const live = await api.json(path, signal)
      const found =
        live !== null && at(live, 'metadata', 'uid') === uid
          ? live
          : await api.json(`/api/v1/archived-workflows/${encodeURIComponent(uid)}`, signal)
      return found === null ? null : bytesOf(await unpacked(found))
    },
    async named({ namespace, name }, signal) {
      const selector = [
        `metadata.name=${name}`,
        ...(namespace === null ? [] : [`metadata.namespace=${namespace}`]),
      ]
      const query = { 'listOptions.fieldSelector': selector.join(','), fields }
      const path = `/api/v1/workflows/${namespace === null ? '' : encodeURIComponent(namespace)}`
      const live = itemsOf(await listed(path, query, signal))
      const archived = itemsOf(await listed('/api/v1/archived-workflows', query, signal))
      return [...live, ...archived]
        .flatMap(summaryOf)
        .filter((one) => one.name === name && (namespace === null || one.namespace === namespace))
    },
  }
}

const itemsOf = (list: Json): readonly Json[] => {
  const items = at(list, 'items')
  return Array.isArray(items) ? items : []
}

function summaryOf(item: Json): readonly ArgoWorkflow[] {
  const [name, namespace, uid] = ['name', 'namespace', 'uid'].map((key) =>
    text(at(item, 'metadata', key)),
  )
  if (!name || !namespace || !uid) return []
  const moment = (key: string) => instantOrNull(text(at(item, 'status', key)))
  return [
    {
      name,
      namespace,
      uid,
      finished: finishedPhases.includes(text(at(item, 'status', 'phase')) ?? ''),
      startedAt: moment('startedAt'),
      finishedAt: moment('finishedAt'),
    },
  ]
}

/** The object with its nodes where a reader of events looks for them. */
async function unpacked(workflow: Json): Promise<Json> {
  const packed = text(at(workflow, 'status', 'compressedNodes'))
  if (!isObject(workflow) || packed === null) return workflow
  const { status } = workflow
  const nodes = await decompressed(packed)
  const { compressedNodes: _, ...rest } = isObject(status) ? status : {}
  return { ...workflow, status: { ...rest, nodes } }
}

/**
 * No message is larger than any other may be: nodes that make it so are left out, and asked of Argo
 * when they are needed.
 */
function bytesOf(workflow: Json): Uint8Array {
  const whole = Buffer.from(JSON.stringify(workflow))
  if (whole.length <= maxBody || !isObject(workflow) || !isObject(workflow.status)) return whole
  return Buffer.from(JSON.stringify({ ...workflow, status: { ...workflow.status, nodes: {} } }))
}
