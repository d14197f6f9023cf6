import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { create } from '@bufbuild/protobuf'
import { CodexTaskSchema } from '@codex-judge/proto/codex/v1'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ArgoWorld, createArgoWorld } from './argo.ts'
import { writeArtifacts } from './artifacts.ts'
import { buildWorkflow, implementationArtifacts } from './workflow.ts'

let storeDir: string
let argo: ArgoWorld
beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'store-'))
  argo = await createArgoWorld({ token: 'sesame', storeDir })
})
afterEach(async () => {
  await argo.close()
  await rm(storeDir, { recursive: true })
})

const task = create(CodexTaskSchema, {
  repository: 'acme/widgets',
  issueNumber: 41n,
  prompt: 'Retry.',
  head: 'codex/issue-41',
  base: 'main',
  deliveryId: 'd-2',
})
const workflow = buildWorkflow(task, {
  name: 'wf-2',
  uid: 'uid-2',
  startedAt: '2026-11-20T08:00:03Z',
  finishedAt: '2026-11-20T08:31:41Z',
})
const get = (path: string, token = 'sesame') =>
  fetch(`${argo.url}${path}`, { headers: { authorization: `Bearer ${token}` } })

test('a workflow carries its dispatched task in its event body', () => {
  const { arguments: given } = workflow.spec as {
    arguments: { parameters: { name: string; value: string }[] }
  }
  const body = given.parameters.find(({ name }) => name === 'eventBody')?.value ?? ''
  expect(JSON.parse(Buffer.from(body, 'base64').toString())).toMatchObject({
    stage: 'implementation',
    issueNumber: '41',
    deliveryId: 'd-2',
    prompt: 'Retry.',
  })
})

test('a workflow can be read while live or archived, and not after that', async () => {
  argo.put(workflow)
  expect(await (await get('/api/v1/workflows/agent-runs/wf-2')).json()).toMatchObject({
    metadata: { uid: 'uid-2' },
  })
  expect(await (await get('/api/v1/workflows/agent-runs')).json()).toMatchObject({
    items: [{ metadata: { name: 'wf-2' } }],
  })
  argo.archive('uid-2')
  expect((await get('/api/v1/workflows/agent-runs/wf-2')).status).toBe(404)
  expect((await get('/api/v1/archived-workflows/uid-2')).status).toBe(200)
  argo.forget('uid-2')
  expect((await get('/api/v1/archived-workflows/uid-2')).status).toBe(404)
  expect((await get('/api/v1/workflows/agent-runs', 'wrong')).status).toBe(401)
})

test('artifacts lie at the keys that the workflow names, archives inside archives', async () => {
  argo.put(workflow)
  const written = await writeArtifacts(workflow, storeDir, {
    repository: 'acme/widgets',
    issueNumber: 41,
    commit: 'abc',
    files: { 'src/a.ts': 'export {}\n' },
    omit: ['implementation-patch'],
  })
  expect(written).toEqual(implementationArtifacts.filter((name) => name !== 'implementation-patch'))
  const stored = await readFile(
    join(storeDir, 'agent-artifacts/wf-2/wf-2/implementation-changes.tgz'),
  )
  const outer = gunzipSync(stored)
  expect(outer.subarray(0, 100).toString()).toContain('.codex-implementation-changes.tar.gz')
  // The first block of a tar is the entry's header; the inner archive begins right after it.
  const inner = gunzipSync(
    outer.subarray(512, 512 + Number.parseInt(outer.subarray(124, 135).toString(), 8)),
  ).toString()
  expect(inner).toContain('./metadata/manifest.json')
  expect(inner).toContain('./files/src/a.ts')
  const events = gunzipSync(
    Buffer.from(
      await (await get('/artifacts-by-uid/uid-2/wf-2/implementation-events')).arrayBuffer(),
    ),
  ).toString()
  expect(events).toContain('"turn.completed"')
  expect((await get('/artifacts/agent-runs/wf-2/wf-2/implementation-patch')).status).toBe(404)
})
