import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Answered, faults, json, serve } from './serve.ts'
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
  close(): Promise<void>
}

export interface ArgoSetup {
  readonly token?: string
  /** The filesystem store that downloads are answered from. */
  readonly storeDir?: string
  readonly port?: number
}

/** The part of the Argo server's API that is asked for outputs: workflows, archived workflows, artifact downloads. */
export async function argoWorld(setup: ArgoSetup = {}): Promise<ArgoWorld> {
  const live = new Map<string, Workflow>()
  const archived = new Map<string, Workflow>()
  const requests: string[] = []
  const trouble = faults()

  const known = (uid: string): Workflow | undefined => live.get(uid) ?? archived.get(uid)
  const named = (namespace: string, name: string): Workflow | undefined =>
    [...live.values()].find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)

  const routes: readonly (readonly [RegExp, (...parts: readonly string[]) => Promise<Answered> | Answered])[] = [
    [/^\/api\/v1\/workflows\/([^/]+)\/([^/]+)$/, (namespace = '', name = '') => shown(named(namespace, name))],
    [/^\/api\/v1\/workflows\/([^/]*)$/, (namespace = '') => list([...live.values()], namespace)],
    [/^\/api\/v1\/archived-workflows\/([^/]+)$/, (uid = '') => shown(archived.get(uid))],
    [/^\/api\/v1\/archived-workflows$/, () => list([...archived.values()], '')],
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

  const server = await serve(async ({ method, path, headers }) => {
    requests.push(`${method} ${path}`)
    if (setup.token !== undefined && headers.authorization !== `Bearer ${setup.token}`)
      return json(401, { code: 16, message: 'token not valid' })
    return await trouble.around(() => {
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
    close: server.close,
  }
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
  if (artifact?.s3 === undefined || of.dir === undefined) return json(404, { code: 5, message: 'artifact not found' })
  try {
    const bytes = await readFile(join(of.dir, artifact.s3.bucket ?? 'argo-workflows', artifact.s3.key))
    return { status: 200, headers: { 'content-type': 'application/gzip' }, body: bytes }
  } catch {
    return json(404, { code: 5, message: 'artifact not found' })
  }
}
