import { randomUUID } from 'node:crypto'
import type { Workflow } from './workflow.ts'

/** The body of Argo's submit route. */
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

/** Argo's error answer: an HTTP status with gRPC's code. */
export interface ArgoError {
  readonly status: number
  readonly code: number
  readonly message: string
}

const dnsSubdomain = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/
const labelKey = /^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/
const labelValue = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/

/**
 * The workflow of a submission, validated as the Argo server (v3.7, `ApplySubmitOpts`) and
 * Kubernetes do: it checks names and labels by their patterns, splits the two lists at every comma
 * and equals sign, and parameters at the first equals sign.
 */
export function buildWorkflowFromSubmission(
  request: SubmitRequest,
  namespace: string,
  now: Date,
): Workflow | ArgoError {
  const { resourceKind, resourceName, submitOptions = {} } = request
  if (resourceKind !== 'WorkflowTemplate')
    return refuseAsInvalid(`Resource kind '${resourceKind}' is not supported for submitting`)
  const name =
    submitOptions.name ??
    `${submitOptions.generateName ?? `${resourceName}-`}${randomUUID().slice(0, 5)}`
  if (name.length > 63)
    return refuseAsInvalid(`workflow name "${name}" must not be more than 63 characters long`)
  if (!dnsSubdomain.test(name))
    return refuseAsInvalid(`Workflow.argoproj.io "${name}" is invalid: metadata.name`)
  const labels = parsePairs(submitOptions.labels)
  const annotations = parsePairs(submitOptions.annotations)
  if (labels === null || annotations === null)
    return {
      status: 500,
      code: 13,
      message: 'expected labels of the form: NAME1=VALUE2,NAME2=VALUE2',
    }
  const badLabel = Object.entries(labels).find(
    ([key, value]) => !labelKey.test(key) || !labelValue.test(value),
  )
  if (badLabel) return refuseAsInvalid(`metadata.labels: Invalid value: "${badLabel.join('=')}"`)
  const badKey = Object.keys(annotations).find((key) => !labelKey.test(key))
  if (badKey !== undefined)
    return refuseAsInvalid(`metadata.annotations: Invalid value: "${badKey}"`)
  const parameters = (submitOptions.parameters ?? []).map((text) => text.split(/=(.*)/s, 2))
  if (parameters.some((parts) => parts.length !== 2))
    return refuseAsInvalid('expected parameter of the form: NAME=VALUE')
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

const refuseAsInvalid = (message: string): ArgoError => ({ status: 400, code: 3, message })

function parsePairs(text: string | undefined): Readonly<Record<string, string>> | null {
  if (text === undefined || text === '') return {}
  const pairs = text.split(',').map((pair) => pair.split('='))
  return pairs.every(({ length }) => length === 2)
    ? Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]))
    : null
}
