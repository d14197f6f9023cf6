import type { CodexTask } from '@codex-judge/proto/codex/v1'

/** A Workflow object, reduced to the fields in use. */
export interface Workflow {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly creationTimestamp?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec?: unknown
  readonly status?: {
    readonly phase?: string
    readonly message?: string
    readonly startedAt?: string
    readonly finishedAt?: string
    readonly nodes?: Readonly<Record<string, WorkflowNode>>
  }
}

export interface WorkflowNode {
  readonly id: string
  readonly name?: string
  readonly displayName?: string
  readonly type?: string
  readonly phase?: string
  readonly outputs?: {
    readonly exitCode?: string
    readonly artifacts?: readonly WorkflowArtifact[]
  }
}

export interface WorkflowArtifact {
  readonly name: string
  readonly path?: string
  readonly s3?: { readonly bucket?: string; readonly key: string; readonly endpoint?: string }
}

export interface WorkflowOptions {
  readonly name: string
  readonly uid: string
  readonly namespace?: string
  readonly startedAt: string
  readonly finishedAt: string
  readonly phase?: 'Succeeded' | 'Failed' | 'Error'
  readonly message?: string
  readonly bucket?: string
  /** The names of its output artifacts. */
  readonly artifacts?: readonly string[]
}

export const implementationArtifacts = [
  'implementation-changes',
  'implementation-patch',
  'implementation-status',
  'implementation-log',
  'implementation-events',
  'implementation-agent-log',
  'implementation-runtime-log',
] as const

/** The finished Workflow of a dispatched task, as Argo returns it. */
export function buildWorkflow(task: CodexTask, of: WorkflowOptions): Workflow {
  const {
    name,
    uid,
    namespace = 'agent-runs',
    bucket = 'agent-artifacts',
    phase = 'Succeeded',
  } = of
  const artifacts = (of.artifacts ?? implementationArtifacts).map((artifact) => ({
    name: artifact,
    path: `/workspace/.codex-${artifact}`,
    s3: {
      endpoint: 'objects.internal.example:9000',
      bucket,
      key: `${name}/${name}/${artifact}.tgz`,
    },
  }))
  const exitCode = phase === 'Succeeded' ? '0' : '1'
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: {
      name,
      namespace,
      uid,
      creationTimestamp: of.startedAt,
      labels: {
        'workflows.argoproj.io/completed': 'true',
        'workflows.argoproj.io/phase': phase,
        'codex.stage': 'implementation',
      },
      annotations: {
        'codex.repository': task.repository,
        'codex.issue_number': String(task.issueNumber),
        'codex.head': task.head,
        'codex.base': task.base,
      },
    },
    spec: {
      workflowTemplateRef: { name: 'codex-implementation' },
      arguments: {
        parameters: [
          { name: 'rawEvent', value: '{}' },
          { name: 'eventBody', value: encodeEventBody(task) },
        ],
      },
    },
    status: {
      phase,
      ...(of.message === undefined ? {} : { message: of.message }),
      startedAt: of.startedAt,
      finishedAt: of.finishedAt,
      nodes: {
        [name]: {
          id: name,
          name,
          displayName: name,
          type: 'Pod',
          phase,
          outputs: { exitCode, artifacts },
        },
      },
    },
  }
}

/** The task in the workflow's parameter: base64 of JSON, with an int64 as a string. */
function encodeEventBody(task: CodexTask): string {
  const iterations = task.iterations && {
    ...task.iterations,
    $typeName: undefined,
    $unknown: undefined,
  }
  const body = {
    stage: 'implementation',
    prompt: task.prompt,
    repository: task.repository,
    base: task.base,
    head: task.head,
    issueNumber: String(task.issueNumber),
    issueUrl: task.issueUrl,
    issueTitle: task.issueTitle,
    issueBody: task.issueBody,
    sender: task.sender,
    issuedAt: task.issuedAt
      ? new Date(Number(task.issuedAt.seconds) * 1000).toISOString()
      : undefined,
    deliveryId: task.deliveryId,
    iterations,
    iterationCycle: task.iterationCycle,
    autonomous: task.autonomous,
  }
  return Buffer.from(JSON.stringify(body)).toString('base64')
}

/** All output artifacts of all nodes. */
export const listArtifacts = (workflow: Workflow): readonly WorkflowArtifact[] =>
  Object.values(workflow.status?.nodes ?? {}).flatMap((node) => node.outputs?.artifacts ?? [])
