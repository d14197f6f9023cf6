import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Failure, getErrorMessage } from '../../lib/failure.ts'
import { asText, at, isObject, type Json, parseJson } from '../../lib/json.ts'
import { compareText } from '../../lib/text.ts'

/** Larger than the nodes of any workflow of the agents. */
const MAX_NODES_BYTES = 128 * 1024 * 1024

export interface ArgoNode {
  readonly id: string
  readonly finishedAt: string
  /** The name of the step, without the number of a try. */
  readonly step: string
  /** The number of the try of a retried step; the greatest integer for any other step. */
  readonly attempt: number
  readonly artifacts: readonly Json[]
}

/**
 * The nodes of a workflow, the last to finish first; of a retried step only its last try. Argo
 * compresses the nodes of a large workflow to fit into etcd; these are decompressed.
 */
export async function readNodes(workflow: Json): Promise<readonly ArgoNode[]> {
  const plain = at(workflow, 'status', 'nodes')
  const compressed = asText(at(workflow, 'status', 'compressedNodes'))
  const nodes =
    isObject(plain) && Object.keys(plain).length > 0
      ? plain
      : compressed === null
        ? {}
        : await decompressNodes(compressed)
  if (!isObject(nodes)) return []
  const all = Object.entries(nodes).map(readNode)
  // Only the last try of a step counts, even if an earlier one left more artifacts.
  const tries = all.filter(isRetry)
  const latest = new Map(
    tries.toSorted((a, b) => a.attempt - b.attempt).map(({ step, attempt }) => [step, attempt]),
  )
  const isLatest = (node: ArgoNode): boolean =>
    !isRetry(node) || latest.get(node.step) === node.attempt
  return all
    .filter(isLatest)
    .toSorted((a, b) => compareText(b.finishedAt, a.finishedAt) || b.attempt - a.attempt)
}

const isRetry = ({ attempt }: ArgoNode): boolean => attempt < Number.MAX_SAFE_INTEGER

function readNode([id, node]: readonly [string, Json]): ArgoNode {
  const name = asText(at(node, 'name')) ?? asText(at(node, 'displayName')) ?? id
  const [, step, number] =
    (at(node, 'nodeFlag', 'retried') === true && /^(.*)\((\d+)\)$/s.exec(name)) || []
  const artifacts = at(node, 'outputs', 'artifacts')
  return {
    id,
    finishedAt: asText(at(node, 'finishedAt')) ?? '',
    step: step ?? name,
    attempt: number === undefined ? Number.MAX_SAFE_INTEGER : Number(number),
    artifacts: Array.isArray(artifacts) ? artifacts : [],
  }
}

/** Decompresses `status.compressedNodes`. Rejects with `Failure` if it is not valid. */
export async function decompressNodes(base64: string): Promise<Json> {
  try {
    const bytes = await promisify(gunzip)(Buffer.from(base64, 'base64'), {
      maxOutputLength: MAX_NODES_BYTES,
    })
    return parseJson(bytes.toString('utf8'))
  } catch (error) {
    throw new Failure(
      'unavailable',
      `Argo sent nodes that cannot be decompressed: ${getErrorMessage(error)}`,
      { cause: error },
    )
  }
}
