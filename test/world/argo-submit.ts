import { randomUUID } from 'node:crypto'
import type { Workflow } from './workflow.ts'

/** What Argo's submit route is sent. */
export interface SubmitRequest {
  readonly namespace?: string
  readonly resourceKind: string
  readonly resourceName: string
  readonly submitOptions?: {
    readonly name?: string
    readonly generateName?: string
    readonly parameters?: readonly string[]
    readonly labels?: string
    readonly annotations?: string
  }
}

/** How Argo refuses: an HTTP status with gRPC's code. */
export interface Refusal {
  readonly status: number
  readonly code: number
  readonly message: string
}

const dnsSubdomain = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/
const labelKey = /^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/
const labelValue = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/

/**
 * The workflow that a submission becomes, checked as the Argo server (v3.7, `ApplySubmitOpts`) and
 * Kubernetes check it: names and labels by their patterns, the two lists split at every comma and
 * equals sign, parameters at their first equals sign.
 */
export function submitted(
  request: SubmitRequest,
  namespace: string,
  now: Date,
): Workflow | Refusal {
  const { resourceKind, resourceName, submitOptions = {} } = request
  if (resourceKind !== 'WorkflowTemplate')
    return invalid(`Resource kind '${resourceKind}' is not supported for submitting`)
  const name =
    submitOptions.name ??
    `${submitOptions.generateName ?? `${resourceName}-`}${randomUUID().slice(0, 5)}`
  if (name.length > 63)
    return invalid(`workflow name "${name}" must not be more than 63 characters long`)
  if (!dnsSubdomain.test(name))
    return invalid(`Workflow.argoproj.io "${name}" is invalid: metadata.name`)
  const labels = pairsIn(submitOptions.labels)
  const annotations = pairsIn(submitOptions.annotations)
  if (labels === null || annotations === null)
    return {
      status: 500,
      code: 13,
      message: 'expected labels of the form: NAME1=VALUE2,NAME2=VALUE2',
    }
  const odd = Object.entries(labels).find(
    ([key, value]) => !labelKey.test(key) || !labelValue.test(value),
  )
  if (odd) return invalid(`metadata.labels: Invalid value: "${odd.join('=')}"`)
  const oddKey = Object.keys(annotations).find((key) => !labelKey.test(key))
  if (oddKey !== undefined) return invalid(`metadata.annotations: Invalid value: "${oddKey}"`)
  const parameters = (submitOptions.parameters ?? []).map((text) => text.split(/=(.*)/s, 2))
  if (parameters.some((parts) => parts.length !== 2))
    return invalid('expected parameter of the form: NAME=VALUE')
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: {
      name,
      namespace,
      uid: randomUUID(),
      creationTimestamp: now.toISOString(),
      labels,
      annotations,
    },
    spec: {
      workflowTemplateRef: { name: resourceName },
      arguments: { parameters: parameters.map(([key = '', value = '']) => ({ name: key, value })) },
    },
    status: {},
  }
}

const invalid = (message: string): Refusal => ({ status: 400, code: 3, message })

function pairsIn(text: string | undefined): Readonly<Record<string, string>> | null {
  if (text === undefined || text === '') return {}
  const pairs = text.split(',').map((pair) => pair.split('='))
  return pairs.every(({ length }) => length === 2)
    ? Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]))
    : null
}
