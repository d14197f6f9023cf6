import { ArgoFailure } from './argo-failure.ts'
import {
  type ArgoAnswer,
  type ArgoConnection,
  createArgoSender,
  readBody,
  readMessage,
} from './argo-sender.ts'
import { getMember } from './json.ts'
import { type KnownWorkflow, parseWorkflow } from './parse-workflow.ts'
import { marks, type Submission } from './submission.ts'

/**
 * The result of a submission. `unclear` is everything after which the workflow may or may not
 * exist: a conflict, a lost answer, a server that failed on the way.
 */
export type SubmitResult =
  | { readonly kind: 'created'; readonly workflow: KnownWorkflow }
  | { readonly kind: 'unclear'; readonly because: string }

/** The Argo server, as far as the dispatcher needs it. Every method rejects with `ArgoFailure`. */
export interface ArgoClient {
  /** The delivery's workflow, live or archived; null only if Argo answered that there is none. */
  find(submission: Submission, signal: AbortSignal): Promise<KnownWorkflow | null>
  submit(submission: Submission, signal: AbortSignal): Promise<SubmitResult>
  /** Resolves if the server answers at all. */
  ping(signal: AbortSignal): Promise<void>
}

export interface ArgoClientSettings extends ArgoConnection {
  readonly namespace: string
}

/** The HTTP API of the Argo server, version 3: the gateway in front of its gRPC API. */
export function createArgoClient(settings: ArgoClientSettings): ArgoClient {
  const { namespace } = settings
  const send = createArgoSender(settings)
  const workflowsPath = `/api/v1/workflows/${encodeURIComponent(namespace)}`

  const findLive = async (
    { name }: Submission,
    signal: AbortSignal,
  ): Promise<KnownWorkflow | null> => {
    const path = `${workflowsPath}/${encodeURIComponent(name)}`
    const answer = await send('find', { path, signal })
    if (answer.status === 404) return null
    const workflow = parseWorkflow(readBody(answer))
    // A server that answers 200 to everything is not Argo, and its answers mean nothing.
    if (workflow === null)
      throw new ArgoFailure('away', 'the server is not Argo: its answer contains no workflow')
    return workflow
  }

  const findArchived = async (
    submission: Submission,
    signal: AbortSignal,
  ): Promise<KnownWorkflow | null> => {
    const query = new URLSearchParams({
      'listOptions.labelSelector': `${marks.deliveryId}=${submission.labels[marks.deliveryId]}`,
      'listOptions.fieldSelector': `metadata.namespace=${namespace}`,
    })
    const path = `/api/v1/archived-workflows?${query}`
    const answer = await send('find_archived', { path, signal })
    // An Argo server without an archive has nothing archived.
    if (answer.status === 404 || answer.status === 501) return null
    return selectArchived(readBody(answer), submission, namespace)
  }

  return {
    find: async (submission, signal) =>
      (await findLive(submission, signal)) ?? (await findArchived(submission, signal)),
    async submit(submission, signal) {
      const content = formatSubmission(submission, namespace)
      const answer = await send('submit', {
        path: `${workflowsPath}/submit`,
        signal,
        content,
      }).catch((error: unknown): ArgoAnswer => {
        if (error instanceof ArgoFailure)
          return { status: 0, body: { message: error.message }, retryAfter: null }
        throw error
      })
      return toSubmitResult(answer)
    },
    async ping(signal) {
      const { status } = await send('ping', { path: '/api/v1/version', signal })
      if (status >= 500) throw new ArgoFailure('away', `Argo answered ${status}`)
    },
  }
}

/** The archived workflow of the delivery, by its label or its name. */
function selectArchived(
  body: unknown,
  { name, labels }: Submission,
  namespace: string,
): KnownWorkflow | null {
  const items = getMember(body, 'items')
  const found = (Array.isArray(items) ? items : []).find((item: unknown) => {
    const metadata = getMember(item, 'metadata')
    const isHere = (getMember(metadata, 'namespace') ?? namespace) === namespace
    const label = getMember(getMember(metadata, 'labels'), marks.deliveryId)
    const isOurs = label === labels[marks.deliveryId] || getMember(metadata, 'name') === name
    return isHere && isOurs
  })
  return parseWorkflow(found)
}

function toSubmitResult(answer: ArgoAnswer): SubmitResult {
  const { status, body } = answer
  const because = readMessage(body) ?? `Argo answered ${status}`
  const isTooLarge = /request is too large|RequestEntityTooLarge|message larger than max/i
  if (status === 413 || isTooLarge.test(because)) throw new ArgoFailure('too_large', because)
  // Older servers answer 5xx for a name that is taken, so those are looked up as well.
  if (status === 0 || status === 409 || status >= 500) return { kind: 'unclear', because }
  const workflow = parseWorkflow(readBody(answer))
  return workflow === null
    ? { kind: 'unclear', because: "Argo's answer contains no workflow" }
    : { kind: 'created', workflow }
}

const formatSubmission = (submission: Submission, namespace: string): string =>
  JSON.stringify({
    namespace,
    resourceKind: 'WorkflowTemplate',
    resourceName: submission.template,
    submitOptions: {
      name: submission.name,
      labels: formatPairs(submission.labels).join(','),
      annotations: formatPairs(submission.annotations).join(','),
      parameters: formatPairs(submission.parameters),
    },
  })

const formatPairs = (values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values).map(([key, value]) => `${key}=${value}`)
