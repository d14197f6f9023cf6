import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Refusal, type SubmitRequest, submitted } from './argo-submit.ts'
import { type Answered, type Asked, faults, json, serve } from './serve.ts'
import { artifactsOf, type Workflow } from './workflow.ts'

export interface ArgoWorld {
  readonly url: string
  readonly requests: readonly string[]
  readonly faults: ReturnType<typeof faults>
  /** A workflow the cluster holds, finished or not; the same uid again replaces it. */
  readonly put: (workflow: Workflow) => void
  /** Its time to live is over: only the archive knows it. */
  readonly archive: (uid: string) => void
  /** Gone from both. */
  readonly forget: (uid: string) => void
  /** Every workflow that a submission has started, whatever became of it since. */
  readonly started: () => readonly Workflow[]
  close(): Promise<void>
}

export interface ArgoSetup {
  /** What must be sent; a function where it changes. */
  readonly token?: string | (() => string)
  /** The WorkflowTemplates there are; without it, every one. */
  readonly templates?: readonly string[]
  /** When a workflow is created. */
  readonly now?: () => Date
  /** The filesystem store that downloads are answered from. */
  readonly storeDir?: string
  readonly port?: number
}

/**
 * The part of the Argo server's API that is asked for outputs (workflows, archived workflows,
 * artifact downloads) and to submit. Creating a workflow under a name that a live one has is a
 * conflict, as with Kubernetes.
 */
export async function argoWorld(setup: ArgoSetup = {}): Promise<ArgoWorld> {
  const live = new Map<string, Workflow>()
  const archived = new Map<string, Workflow>()
  const started: Workflow[] = []
  const requests: string[] = []
  const trouble = faults()

  const known = (uid: string): Workflow | undefined => live.get(uid) ?? archived.get(uid)
  const named = (namespace: string, name: string): Workflow | undefined =>
    [...live.values()].find(
      ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
    )

  const submit = (namespace: string, body: Buffer): Answered => {
    const request: SubmitRequest = JSON.parse(body.toString())
    if (setup.templates?.includes(request.resourceName) === false)
      return refused({
        status: 400,
        code: 3,
        message: `templates.argoproj.io "${request.resourceName}" not found`,
      })
    const workflow = submitted(request, namespace, setup.now?.() ?? new Date(0))
    if ('code' in workflow) return refused(workflow)
    const { name, uid } = workflow.metadata
    if (named(namespace, name))
      return refused({
        status: 409,
        code: 6,
        message: `workflows.argoproj.io "${name}" already exists`,
      })
    live.set(uid, workflow)
    started.push(workflow)
    return json(200, workflow)
  }

  const routes: readonly (readonly [
    RegExp,
    (...parts: readonly string[]) => Promise<Answered> | Answered,
  ])[] = [
    [/^\/api\/v1\/version$/, () => json(200, { version: 'v3.7.14' })],
    [
      /^\/api\/v1\/workflows\/([^/]+)\/([^/]+)$/,
      (namespace = '', name = '') => shown(named(namespace, name)),
    ],
    [/^\/api\/v1\/workflows\/([^/]*)$/, (namespace = '') => list([...live.values()], namespace)],
    [/^\/api\/v1\/archived-workflows\/([^/]+)$/, (uid = '') => shown(archived.get(uid))],
    [
      /^\/artifacts-by-uid\/([^/]+)\/([^/]+)\/([^/]+)$/,
      (uid = '', node = '', name = '') => download(known(uid), { node, name, dir: setup.storeDir }),
    ],
    [
      /^\/artifacts\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)$/,
      (namespace = '', workflow = '', node = '', name = '') =>
        download(named(namespace, workflow), { node, name, dir: setup.storeDir }),
    ],
  ]

  const server = await serve(async (asked) => {
    const { method, path, headers } = asked
    requests.push(`${method} ${path}`)
    const token = typeof setup.token === 'function' ? setup.token() : setup.token
    if (token !== undefined && headers.authorization !== `Bearer ${token}`)
      return json(401, { code: 16, message: 'token not valid' })
    return await trouble.around(() => {
      if (path === '/api/v1/archived-workflows') return selected([...archived.values()], asked)
      const [, to] = /^\/api\/v1\/workflows\/([^/]+)\/submit$/.exec(path) ?? []
      if (to !== undefined && method === 'POST') return submit(decodeURIComponent(to), asked.body)
      for (const [pattern, answer] of routes) {
        const match = pattern.exec(path)
        if (match && method === 'GET') return answer(...match.slice(1).map(decodeURIComponent))
      }
      return json(404, { code: 5, message: 'Not Found' })
    })
  }, setup.port)

  return {
    url: server.url,
    requests,
    faults: trouble,
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
    started: () => started,
    close: server.close,
  }
}

const refused = ({ status, code, message }: Refusal): Answered => json(status, { code, message })

/**
 * A list by the selectors that are asked with: labels by equality, the namespace by
 * `metadata.namespace`.
 */
function selected(workflows: readonly Workflow[], { query }: Asked): Answered {
  const pairs = (name: string): readonly (readonly string[])[] =>
    (query.get(name) ?? '')
      .split(',')
      .filter((pair) => pair !== '')
      .map((pair) => pair.split('='))
  const namespace =
    pairs('listOptions.fieldSelector').find(([field]) => field === 'metadata.namespace')?.[1] ?? ''
  const labels = pairs('listOptions.labelSelector')
  const fitting = workflows.filter(({ metadata }) =>
    labels.every(([key = '', value]) => metadata.labels?.[key] === value),
  )
  return list(fitting, namespace)
}

const shown = (workflow: Workflow | undefined): Answered =>
  workflow === undefined ? json(404, { code: 5, message: 'not found' }) : json(200, workflow)

const list = (workflows: readonly Workflow[], namespace: string): Answered =>
  json(200, {
    metadata: {},
    items: workflows.filter(({ metadata }) => namespace === '' || metadata.namespace === namespace),
  })

async function download(
  workflow: Workflow | undefined,
  of: { node: string; name: string; dir: string | undefined },
): Promise<Answered> {
  const node = workflow?.status?.nodes?.[of.node]
  const artifact =
    workflow &&
    artifactsOf({ ...workflow, status: { nodes: node ? { [of.node]: node } : {} } }).find(
      ({ name }) => name === of.name,
    )
  if (artifact?.s3 === undefined || of.dir === undefined)
    return json(404, { code: 5, message: 'artifact not found' })
  try {
    const bytes = await readFile(
      join(of.dir, artifact.s3.bucket ?? 'argo-workflows', artifact.s3.key),
    )
    return { status: 200, headers: { 'content-type': 'application/gzip' }, body: bytes }
  } catch {
    return json(404, { code: 5, message: 'artifact not found' })
  }
}
