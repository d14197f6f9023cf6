import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createArgoWorkflows } from '../../services/judge/src/adapters/argo/workflows.ts'
import { noCallWatch } from '../../services/judge/src/lib/call-watch.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { serve } from './serve.ts'

const { signal } = new AbortController()
const fixture = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/argo-workflows/${name}.json`, import.meta.url), 'utf8'),
  )
const since = toInstant('2026-11-01T00:00:00Z')

const item = (n: number, over: { readonly phase?: string; readonly at?: string } = {}) => ({
  metadata: { name: `codex-${n}`, namespace: 'agent-runs', uid: `uid-${n}` },
  status: {
    phase: over.phase ?? 'Succeeded',
    startedAt: over.at ?? '2026-11-20T08:00:00Z',
    finishedAt: over.at ?? '2026-11-20T08:30:00Z',
  },
})

async function argo(answer: (path: string, query: URLSearchParams) => unknown) {
  const server = await serve((request, response) => {
    const url = new URL(request.url ?? '', 'http://argo')
    const found = answer(url.pathname, url.searchParams)
    response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found ?? { code: 5 }))
  })
  return {
    ...server,
    workflows: createArgoWorkflows({
      url: server.url,
      token: 'token',
      rereadToken: null,
      watch: noCallWatch,
    }),
  }
}

async function listUids(
  workflows: ReturnType<typeof createArgoWorkflows>,
): Promise<readonly string[]> {
  const uids: string[] = []
  for await (const page of workflows.listFinished({ since }, signal))
    uids.push(...page.map(({ uid }) => uid))
  return uids
}

test('every page of the cluster and the archive is read; unfinished and old workflows are left out', async () => {
  const { workflows, seen } = await argo((path, query) => {
    expect(query.get('listOptions.labelSelector')).toBe('workflows.argoproj.io/completed=true')
    const next = query.get('listOptions.continue')
    if (path === '/api/v1/workflows/' && next === null)
      return { metadata: { continue: 'more' }, items: [item(1), item(2, { phase: 'Running' })] }
    if (path === '/api/v1/workflows/')
      return { metadata: {}, items: [item(3), { metadata: { name: 'odd' } }] }
    if (next === null)
      return { metadata: { continue: '100' }, items: [item(4, { phase: 'Error' })] }
    return { metadata: { continue: '200' }, items: [item(5, { at: '2026-09-01T00:00:00Z' })] }
  })
  expect(await listUids(workflows)).toEqual(['uid-1', 'uid-3', 'uid-4'])
  // The archive is sorted newest first, so no page after one that is too old is requested.
  expect(seen).toHaveLength(4)
})

test('a cluster without workflows sends no items', async () => {
  const { workflows } = await argo(() => ({ metadata: {}, items: null }))
  expect(await listUids(workflows)).toEqual([])
})

test('a compressed workflow is read whole, from the archive if its name was reused', async () => {
  const workflow = fixture('13-retried-node')
  const { nodes, ...status } = workflow.status
  const packed = {
    ...workflow,
    status: { ...status, compressedNodes: gzipSync(JSON.stringify(nodes)).toString('base64') },
  }
  const { name, namespace, uid } = workflow.metadata
  const { workflows } = await argo((path) => {
    if (path === `/api/v1/workflows/${namespace}/${name}`)
      return { ...workflow, metadata: { name, namespace, uid: 'other' } }
    if (path === `/api/v1/archived-workflows/${uid}`) return packed
    return undefined
  })
  const body = await workflows.fetchWorkflow({ name, namespace, uid }, signal)
  expect(JSON.parse(Buffer.from(body ?? '').toString())).toEqual(workflow)
})

test('the nodes of an object larger than a message are left out', async () => {
  const workflow = {
    ...item(1),
    status: { ...item(1).status, nodes: { one: { message: 'x'.repeat(3_000_000) } } },
  }
  const { workflows } = await argo(() => workflow)
  const body = await workflows.fetchWorkflow(
    { name: 'codex-1', namespace: 'agent-runs', uid: 'uid-1' },
    signal,
  )
  expect(body?.length).toBeLessThan(1_000)
  expect(JSON.parse(Buffer.from(body ?? '').toString())).toEqual({
    ...item(1),
    status: { ...item(1).status, nodes: {} },
  })
})

test('a deleted workflow is null, and a failure of Argo rejects', async () => {
  const gone = await argo(() => undefined)
  expect(
    await gone.workflows.fetchWorkflow({ name: 'x', namespace: 'y', uid: 'z' }, signal),
  ).toBeNull()
  const away = createArgoWorkflows({
    url: 'http://127.0.0.1:9',
    token: null,
    rereadToken: null,
    watch: noCallWatch,
  })
  await expect(listUids(away)).rejects.toMatchObject({ kind: 'unavailable' })
})
