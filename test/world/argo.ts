import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ArgoError, buildWorkflowFromSubmission, type SubmitRequest } from './argo-submit.ts'
import { answerJson, createFaults, type HttpAnswer, type HttpRequest, serve } from './serve.ts'
import { listArtifacts, type Workflow } from './workflow.ts'

export interface ArgoWorld extends Pick<WorkflowStore, 'put' | 'archive' | 'forget'> {
  readonly url: string
  readonly requests: readonly string[]
  readonly faults: ReturnType<typeof createFaults>
  /** Every workflow that a submission has started, whatever happened to it since. */
  readonly started: () => readonly Workflow[]
  close(): Promise<void>
}

export interface ArgoOptions {
  /** The accepted token; a function if it changes. */
  readonly token?: string | (() => string)
  /** The names of the existing WorkflowTemplates. Default: any. */
  readonly templates?: readonly string[]
  /** The creation time of workflows. */
  readonly now?: () => Date
  /** The filesystem store that downloads are read from. */
  readonly storeDir?: string
  readonly port?: number
}

/**
 * The part of the Argo server's API for outputs (workflows, archived workflows, artifact downloads)
 * and for submitting. As with Kubernetes, the name of a live workflow cannot be used again.
 */
export async function createArgoWorld(options: ArgoOptions = {}): Promise<ArgoWorld> {
  const store = createWorkflowStore()
  const routes = createRoutes(store, options)
  const requests: string[] = []
  const faults = createFaults()

  const server = await serve(async (request) => {
    const { method, path, headers } = request
    requests.push(`${method} ${path}`)
    const token = typeof options.token === 'function' ? options.token() : options.token
    if (token !== undefined && headers.authorization !== `Bearer ${token}`)
      return answerJson(401, { code: 16, message: 'token not valid' })
    return await faults.apply(() => {
      for (const [routeMethod, pattern, answer] of routes) {
        const match = pattern.exec(path)
        if (match && method === routeMethod)
          return answer(request, ...match.slice(1).map(decodeURIComponent))
      }
      return answerJson(404, { code: 5, message: 'Not Found' })
    })
  }, options.port)

  const { put, archive, forget, started } = store
  return {
    url: server.url,
    requests,
    faults,
    put,
    archive,
    forget,
    started: () => started,
    close: server.close,
  }
}

interface WorkflowStore {
  readonly live: ReadonlyMap<string, Workflow>
  readonly archived: ReadonlyMap<string, Workflow>
  readonly started: Workflow[]
  /** Adds a workflow to the cluster, finished or not, or replaces the one with its uid. */
  readonly put: (workflow: Workflow) => void
  /** Moves a workflow from the cluster to the archive, as when its time to live is over. */
  readonly archive: (uid: string) => void
  /** Removes a workflow from the cluster and from the archive. */
  readonly forget: (uid: string) => void
  readonly findByUid: (uid: string) => Workflow | undefined
  readonly findByName: (namespace: string, name: string) => Workflow | undefined
}

function createWorkflowStore(): WorkflowStore {
  const live = new Map<string, Workflow>()
  const archived = new Map<string, Workflow>()
  return {
    live,
    archived,
    started: [],
    put: (workflow) => {
      live.set(workflow.metadata.uid, workflow)
    },
    archive: (uid) => {
      const workflow = live.get(uid)
      if (workflow === undefined) throw new Error(`no workflow ${uid}`)
      archived.set(uid, workflow)
      live.delete(uid)
    },
    forget: (uid) => {
      live.delete(uid)
      archived.delete(uid)
    },
    findByUid: (uid) => live.get(uid) ?? archived.get(uid),
    findByName: (namespace, name) =>
      [...live.values()].find(
        ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
      ),
  }
}

type Route = readonly [
  method: string,
  pattern: RegExp,
  answer: (request: HttpRequest, ...groups: readonly string[]) => Promise<HttpAnswer> | HttpAnswer,
]

function createRoutes(store: WorkflowStore, options: ArgoOptions): readonly Route[] {
  const { live, archived, findByUid, findByName } = store
  const { storeDir: dir } = options
  return [
    ['GET', /^\/api\/v1\/version$/, () => answerJson(200, { version: 'v3.7.14' })],
    [
      'GET',
      /^\/api\/v1\/workflows\/([^/]+)\/([^/]+)$/,
      (_, namespace = '', name = '') => answerWorkflow(findByName(namespace, name)),
    ],
    [
      'GET',
      /^\/api\/v1\/workflows\/([^/]*)$/,
      (_, namespace = '') => answerList([...live.values()], namespace),
    ],
    [
      'POST',
      /^\/api\/v1\/workflows\/([^/]+)\/submit$/,
      ({ body }, namespace = '') => submit(store, options, { namespace, body }),
    ],
    [
      'GET',
      /^\/api\/v1\/archived-workflows$/,
      (request) => answerSelection([...archived.values()], request),
    ],
    [
      'GET',
      /^\/api\/v1\/archived-workflows\/([^/]+)$/,
      (_, uid = '') => answerWorkflow(archived.get(uid)),
    ],
    [
      'GET',
      /^\/artifacts-by-uid\/([^/]+)\/([^/]+)\/([^/]+)$/,
      (_, uid = '', node = '', name = '') => answerDownload(findByUid(uid), { node, name, dir }),
    ],
    [
      'GET',
      /^\/artifacts\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)$/,
      (_, namespace = '', workflow = '', node = '', name = '') =>
        answerDownload(findByName(namespace, workflow), { node, name, dir }),
    ],
  ]
}

function submit(
  store: WorkflowStore,
  { templates, now = () => new Date(0) }: ArgoOptions,
  { namespace, body }: { readonly namespace: string; readonly body: Buffer },
): HttpAnswer {
  const request: SubmitRequest = JSON.parse(body.toString())
  if (templates?.includes(request.resourceName) === false)
    return answerError({
      status: 400,
      code: 3,
      message: `templates.argoproj.io "${request.resourceName}" not found`,
    })
  const workflow = buildWorkflowFromSubmission(request, namespace, now())
  if ('code' in workflow) return answerError(workflow)
  const { name } = workflow.metadata
  if (store.findByName(namespace, name))
    return answerError({
      status: 409,
      code: 6,
      message: `workflows.argoproj.io "${name}" already exists`,
    })
  store.put(workflow)
  store.started.push(workflow)
  return answerJson(200, workflow)
}

const answerError = ({ status, code, message }: ArgoError): HttpAnswer =>
  answerJson(status, { code, message })

/** The workflows that match the request's selectors: labels by equality, and the namespace. */
function answerSelection(workflows: readonly Workflow[], { query }: HttpRequest): HttpAnswer {
  const pairs = (name: string): readonly (readonly string[])[] =>
    (query.get(name) ?? '')
      .split(',')
      .filter((pair) => pair !== '')
      .map((pair) => pair.split('='))
  const namespace =
    pairs('listOptions.fieldSelector').find(([field]) => field === 'metadata.namespace')?.[1] ?? ''
  const labels = pairs('listOptions.labelSelector')
  const matching = workflows.filter(({ metadata }) =>
    labels.every(([key = '', value]) => metadata.labels?.[key] === value),
  )
  return answerList(matching, namespace)
}

const answerWorkflow = (workflow: Workflow | undefined): HttpAnswer =>
  workflow === undefined
    ? answerJson(404, { code: 5, message: 'not found' })
    : answerJson(200, workflow)

const answerList = (workflows: readonly Workflow[], namespace: string): HttpAnswer =>
  answerJson(200, {
    metadata: {},
    items: workflows.filter(({ metadata }) => namespace === '' || metadata.namespace === namespace),
  })

async function answerDownload(
  workflow: Workflow | undefined,
  of: { node: string; name: string; dir: string | undefined },
): Promise<HttpAnswer> {
  const node = workflow?.status?.nodes?.[of.node]
  const artifact =
    workflow &&
    listArtifacts({ ...workflow, status: { nodes: node ? { [of.node]: node } : {} } }).find(
      ({ name }) => name === of.name,
    )
  if (artifact?.s3 === undefined || of.dir === undefined)
    return answerJson(404, { code: 5, message: 'artifact not found' })
  try {
    const bytes = await readFile(
      join(of.dir, artifact.s3.bucket ?? 'argo-workflows', artifact.s3.key),
    )
    return { status: 200, headers: { 'content-type': 'application/gzip' }, body: bytes }
  } catch {
    return answerJson(404, { code: 5, message: 'artifact not found' })
  }
}
