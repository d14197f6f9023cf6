import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  createArgoOutputs,
  createArtifactSource,
} from '../../services/judge/src/adapters/argo/outputs.ts'
import { createFilesystemStore } from '../../services/judge/src/adapters/stores/filesystem.ts'
import { noCallWatch } from '../../services/judge/src/lib/call-watch.ts'
import { serve } from './serve.ts'

const { signal } = new AbortController()
const fixture = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/argo-workflows/${name}.json`, import.meta.url), 'utf8'),
  )
const retried = fixture('13-retried-node')
const of = { namespace: 'agent-runs', name: retried.metadata.name, uid: retried.metadata.uid }

type Routes = Readonly<Record<string, unknown>>
async function argoWith(routes: Routes, rereadToken: (() => Promise<string>) | null = null) {
  const server = await serve((request, response) => {
    const found = routes[request.url ?? '']
    if (typeof found === 'number') response.writeHead(found).end()
    else if (found === undefined) response.writeHead(404).end('{"code":5}')
    else if (typeof found === 'string') response.end(found)
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found))
  })
  const settings = { url: server.url, token: 'old', rereadToken, watch: noCallWatch }
  return { ...server, settings, outputs: createArgoOutputs(settings) }
}
const live = `/api/v1/workflows/agent-runs/${of.name}`
const archived = `/api/v1/archived-workflows/${of.uid}`
const listKeys = (
  found: Awaited<ReturnType<ReturnType<typeof createArgoOutputs>['findOutputs']>>,
  name: string,
) =>
  found?.artifacts
    .filter((ref) => ref.name === name)
    .flatMap(({ place }) => (place.kind === 'object' ? [place.key.split('/')[1]] : []))

test('the last finished node of a retried step comes first', async () => {
  const { outputs } = await argoWith({ [live]: retried })
  const found = await outputs.findOutputs(of, signal)
  expect(found).toMatchObject({ phase: 'Succeeded', finished: true })
  // The step names the artifact of its last try; the first try's artifact is ignored.
  expect(listKeys(found, 'implementation-log')).toEqual([
    'github-codex-implementation-t2e7w-implement-4211003982',
    'github-codex-implementation-t2e7w-4211003982',
  ])
  expect(found?.artifacts[0]?.place).toMatchObject({ bucket: 'agent-artifacts' })
})

test('compressed nodes are read like plain ones', async () => {
  const { nodes, ...status } = retried.status
  const compressedNodes = gzipSync(JSON.stringify(nodes)).toString('base64')
  const plain = await (await argoWith({ [live]: retried })).outputs.findOutputs(of, signal)
  const { outputs } = await argoWith({
    [live]: { ...retried, status: { ...status, compressedNodes } },
  })
  expect(await outputs.findOutputs(of, signal)).toEqual(plain)
})

test('a workflow that was deleted, or lost its nodes, is found in the archive', async () => {
  const gone = await argoWith({ [archived]: retried })
  expect(listKeys(await gone.outputs.findOutputs(of, signal), 'implementation-log')).not.toEqual([])
  const { nodes: _nodes, ...status } = retried.status
  const trimmed = await argoWith({ [live]: { ...retried, status }, [archived]: retried })
  expect(listKeys(await trimmed.outputs.findOutputs(of, signal), 'implementation-log')).not.toEqual(
    [],
  )
})

test('another workflow of the same name is ignored', async () => {
  const { outputs } = await argoWith({
    [live]: { ...retried, metadata: { ...retried.metadata, uid: 'another' } },
  })
  expect(await outputs.findOutputs(of, signal)).toBeNull()
})

test('an unknown workflow is null, and one without nodes has no artifacts', async () => {
  expect(await (await argoWith({})).outputs.findOutputs(of, signal)).toBeNull()
  const { nodes: _nodes, ...status } = retried.status
  const bare = await argoWith({ [live]: { ...retried, status } })
  expect(await bare.outputs.findOutputs(of, signal)).toMatchObject({
    phase: 'Succeeded',
    artifacts: [],
  })
})

test.each([
  [401, 'forbidden'],
  [403, 'forbidden'],
  [500, 'unavailable'],
  [503, 'unavailable'],
])('%d is %s', async (status, kind) => {
  const { outputs } = await argoWith({ [live]: status })
  await expect(outputs.findOutputs(of, signal)).rejects.toMatchObject({ name: 'Failure', kind })
})

test('an invalid answer and no answer are unavailable', async () => {
  const nonsense = await argoWith({ [live]: '<html>' })
  await expect(nonsense.outputs.findOutputs(of, signal)).rejects.toMatchObject({
    kind: 'unavailable',
  })
  const broken = await argoWith({
    [live]: { ...retried, status: { phase: 'Succeeded', compressedNodes: 'AAAA' } },
  })
  await expect(broken.outputs.findOutputs(of, signal)).rejects.toMatchObject({
    kind: 'unavailable',
  })
  const unreachable = createArgoOutputs({
    url: 'http://127.0.0.1:9',
    token: null,
    rereadToken: null,
    watch: noCallWatch,
  })
  await expect(unreachable.findOutputs(of, signal)).rejects.toMatchObject({ kind: 'unavailable' })
})

test('a token file is read again after Argo rejects the token', async () => {
  const server = await serve((request, response) => {
    if (request.headers.authorization !== 'Bearer new') response.writeHead(401).end()
    else response.end(JSON.stringify(retried))
  })
  const outputs = createArgoOutputs({
    url: server.url,
    token: 'old',
    rereadToken: async () => 'new',
    watch: noCallWatch,
  })
  expect(await outputs.findOutputs(of, signal)).not.toBeNull()
  await outputs.findOutputs(of, signal)
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer old',
    'Bearer new',
    'Bearer new',
  ])
})

test('an object that the store lacks is downloaded from Argo, by uid and by name', async () => {
  const found = await (await argoWith({ [live]: retried })).outputs.findOutputs(of, signal)
  const paths =
    found?.artifacts.flatMap(({ name, place }) =>
      name === 'implementation-log' && place.kind === 'argo_download' ? [place.path] : [],
    ) ?? []
  expect(paths[0]).toMatch(new RegExp(`^artifacts-by-uid/${of.uid}/[^/]+/implementation-log$`))
  expect(paths[1]).toMatch(new RegExp(`^artifacts/agent-runs/${of.name}/[^/]+/implementation-log$`))
  const { settings } = await argoWith({ [`/${paths[0]}`]: 'the log' })
  const source = createArtifactSource(createFilesystemStore('/nowhere-at-all'), settings)
  const open = (path = '') => source.open({ kind: 'argo_download', path }, signal)
  const object = await open(paths[0])
  const chunks: Uint8Array[] = []
  for await (const chunk of object?.stream ?? []) chunks.push(chunk)
  expect(Buffer.concat(chunks).toString()).toBe('the log')
  expect(await open(paths[1])).toBeNull()
  // What a message names is only ever an object, whatever its bucket is called.
  const forged = { kind: 'object', bucket: 'argo:downloads', key: paths[0] ?? '' } as const
  expect(await source.open(forged, signal)).toBeNull()
})
