import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { toObjectRef } from '../../services/judge/src/artifacts/candidates.ts'
import { gatherEvidence } from '../../services/judge/src/artifacts/gather-evidence.ts'
import { toStoredPlace } from '../../services/judge/src/artifacts/place.ts'
import type { ArtifactSource, WorkflowOutputs } from '../../services/judge/src/artifacts/port.ts'
import { createArtifactReader } from '../../services/judge/src/composition/read-artifacts.ts'
import { Failure } from '../../services/judge/src/lib/failure.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import type { ArtifactRef, RunClaims } from '../../services/judge/src/run/run.ts'
import { type Entry, inPieces, tgz } from './archives.ts'

const now = toInstant('2026-11-20T08:31:41Z')
const claims = (artifacts: readonly ArtifactRef[] = []): RunClaims => ({
  repository: 'acme/widgets',
  issueNumber: 1,
  branch: null,
  base: null,
  stage: 'implementation',
  workflowName: 'wf',
  workflowNamespace: 'ns',
  workflowUid: 'uid',
  phase: 'Succeeded',
  phaseMessage: null,
  shutdown: null,
  prompt: null,
  issueTitle: null,
  issueBody: null,
  issueUrl: null,
  sender: null,
  reportedCommit: null,
  reportedPrNumber: null,
  threadId: null,
  turnId: null,
  sessionId: null,
  deliveryId: null,
  iterations: null,
  iterationCycle: null,
  autonomous: null,
  startedAt: null,
  finishedAt: null,
  artifacts,
})

type Objects = Readonly<Record<string, Buffer | Failure>>
const source = (objects: Objects, listing: Failure | null = null): ArtifactSource => ({
  async open(place) {
    const { bucket, key } = toStoredPlace(place)
    const object = objects[`${bucket}/${key}`]
    if (object instanceof Failure) throw object
    return object === undefined ? null : { bytes: object.length, stream: inPieces(object) }
  },
  async list(bucket, prefix) {
    if (listing) throw listing
    return Object.keys(objects).flatMap((path) =>
      path.startsWith(`${bucket}/${prefix}`) ? [path.slice(bucket.length + 1)] : [],
    )
  },
})
const argo = (artifacts: readonly ArtifactRef[] | Failure): WorkflowOutputs => ({
  async findOutputs() {
    if (artifacts instanceof Failure) throw artifacts
    return { phase: 'Succeeded', finished: true, artifacts: artifacts.map(toObjectRef) }
  },
})
const away = new Failure('unavailable', 'the store is down')

const gather = (
  objects: Objects,
  more: { refs?: readonly ArtifactRef[]; outputs?: WorkflowOutputs; listing?: Failure } = {},
) =>
  gatherEvidence({
    claims: claims(more.refs ?? []),
    source: source(objects, more.listing ?? null),
    reader: createArtifactReader(),
    outputs: more.outputs ?? null,
    settings: { bucket: 'b', buckets: ['b', 'other'] },
    signal: new AbortController().signal,
    now,
  })
/** An object in the folder of the workflow. */
const ref = (name: string, file: string, bucket: string | null = null): ArtifactRef => ({
  name,
  bucket,
  key: `wf/${file}`,
})
const findState = (evidence: Awaited<ReturnType<typeof gather>>, name: string) =>
  evidence.readings.find((reading) => reading.name === name)

const manifest = JSON.stringify({
  repository: 'acme/widgets',
  issueNumber: 1,
  commitSha: 'abc1234',
  trackedFiles: ['a'],
})
const changes = (...more: readonly Entry[]) =>
  tgz(
    { name: './metadata/manifest.json', content: manifest },
    { name: './metadata/git-status.txt', content: ' M a\n' },
    { name: './files/a', content: 'x' },
    ...more,
  )

test('all evidence of a run is read: manifest, status, logs and the agent stream', async () => {
  const events = [
    '{"type":"thread.started","thread_id":"t"}',
    '{"type":"turn.started"}',
    '{"type":"turn.failed","error":{"message":"Quota exceeded."}}',
  ].join('\n')
  const evidence = await gather(
    {
      'b/wf/c': await tgz({ name: 'changes.tar.gz', content: await changes() }),
      'b/wf/s': await tgz({ name: 'status', content: 'error: patch failed: a:1\n' }),
      'b/wf/l': gzipSync(`${'x'.repeat(20_000)}the end`),
      'other/wf/e': Buffer.from(events),
      'b/wf/p': Buffer.alloc(0),
    },
    {
      refs: [
        ref('implementation-changes', 'c'),
        ref('status', 's'),
        ref('implementation-log', 'l'),
        ref('implementation-events', 'e', 'other'),
        ref('patch', 'p'),
      ],
    },
  )
  expect(evidence.manifest).toMatchObject({ commit: 'abc1234', trackedFiles: ['a'] })
  expect(evidence.failedApply).toBe('error: patch failed: a:1')
  expect(evidence.statusText).toBe('error: patch failed: a:1\n')
  expect(evidence.logs.log).toHaveLength(12_000)
  expect(evidence.logs.log?.endsWith('the end')).toBe(true)
  expect(evidence.stream).toMatchObject({
    threadId: 't',
    lastTurn: { kind: 'failed', ground: true },
  })
  expect(evidence.readAt).toBe(now)
  expect(findState(evidence, 'implementation-patch')).toMatchObject({ state: 'empty', bytes: 0 })
  expect(findState(evidence, 'implementation-changes')).toMatchObject({
    state: 'found',
    bucket: 'b',
    key: 'wf/c',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(findState(evidence, 'judge-output')).toMatchObject({
    state: 'missing',
    bucket: null,
    key: null,
  })
})

test('artifacts are found by the message, then by Argo, then at their default keys', async () => {
  const evidence = await gather(
    {
      'b/wf/from-message': Buffer.from('m'),
      'b/wf/from-argo': Buffer.from('a'),
      'b/wf/pod/implementation-runtime-log.tgz': Buffer.from('c'),
      'b/other/pod/main-logs': Buffer.from('no'),
    },
    {
      refs: [ref('implementation-log', 'from-message'), ref('implementation-agent-log', 'gone')],
      outputs: argo([
        ref('implementation-log', 'not-asked'),
        ref('implementation-agent-log', 'from-argo'),
      ]),
    },
  )
  expect(evidence.logs).toEqual({ log: 'm', agent: 'a', runtime: 'c' })
})

test('a bad artifact does not affect the others, and half of it is no evidence', async () => {
  const evidence = await gather(
    {
      'b/wf/c': await changes({ name: 'files/link', type: 'symlink', linkname: '/etc/passwd' }),
      'b/wf/s': away,
      'b/wf/l': Buffer.from('log'),
      'b/wf/e': gzipSync('{"type":"turn.started"}\n'.repeat(10)).subarray(0, 30),
    },
    {
      refs: [
        ref('implementation-changes', 'c'),
        ref('implementation-status', 's'),
        ref('implementation-log', 'l'),
        ref('implementation-events', 'e'),
      ],
    },
  )
  expect(findState(evidence, 'implementation-changes')).toMatchObject({
    state: 'refused',
    because: expect.stringContaining('symlink'),
  })
  expect(findState(evidence, 'implementation-status')).toMatchObject({
    state: 'unavailable',
    because: 'the store is down',
  })
  expect(findState(evidence, 'implementation-events')).toMatchObject({ state: 'refused' })
  expect(evidence).toMatchObject({
    manifest: null,
    statusText: null,
    failedApply: null,
    stream: null,
    logs: { log: 'log' },
  })
})

test('a message in place of the changes archive is reported and refused', async () => {
  const evidence = await gather(
    { 'b/wf/c': await tgz({ name: 'changes', content: 'git failed: not a repository' }) },
    { refs: [ref('implementation-changes', 'c')] },
  )
  expect(findState(evidence, 'implementation-changes')).toMatchObject({
    state: 'refused',
    because: expect.stringContaining('git failed: not a repository'),
  })
})

test('a changes archive without a usable manifest is found, with a remark', async () => {
  const evidence = await gather(
    { 'b/wf/c': await tgz({ name: 'metadata/manifest.json', content: '{broken' }) },
    { refs: [ref('implementation-changes', 'c')] },
  )
  expect(findState(evidence, 'implementation-changes')).toMatchObject({
    state: 'found',
    because: expect.stringContaining('its manifest is not a JSON object'),
  })
  expect(evidence.manifest).toBeNull()
})

test('an outage of every source is a failure, never absence', async () => {
  await expect(
    gather({ 'b/wf/l': away }, { refs: [ref('implementation-log', 'l')], listing: away }),
  ).rejects.toMatchObject({ kind: 'unavailable' })
  await expect(gather({}, { listing: away })).rejects.toMatchObject({ kind: 'unavailable' })
  const closed = new Failure('forbidden', 'wrong key')
  await expect(
    gather({ 'b/wf/l': closed }, { refs: [ref('implementation-log', 'l')], listing: closed }),
  ).rejects.toMatchObject({ kind: 'forbidden' })
})

test('an unknown workflow has no artifacts, which is an answer', async () => {
  const evidence = await gather({})
  expect(evidence.readings.every(({ state }) => state === 'missing')).toBe(true)
})

test('a store that forbids listing does not hide artifacts that a message names', async () => {
  const evidence = await gather(
    { 'b/wf/l': Buffer.from('log') },
    { refs: [ref('implementation-log', 'l')], listing: new Failure('forbidden', 'no listing') },
  )
  expect(findState(evidence, 'implementation-log')?.state).toBe('found')
  expect(findState(evidence, 'implementation-status')?.state).toBe('missing')
})

test('without a message, an outage of Argo leaves the location of artifacts unknown', async () => {
  const evidence = await gather({}, { outputs: argo(new Failure('unavailable', 'Argo is down')) })
  expect(findState(evidence, 'implementation-status')).toMatchObject({
    state: 'unavailable',
    because: expect.stringContaining('Argo is down'),
  })
})

test('a message reaches no other bucket, run or server, and Argo only allowed buckets', async () => {
  const secret = Buffer.from('another run')
  const forged: readonly ArtifactRef[] = [
    { name: 'implementation-log', bucket: 'payroll', key: 'wf/log' },
    { name: 'implementation-agent-log', bucket: 'b', key: 'wf-2/log' },
    { name: 'implementation-status', bucket: 'argo:downloads', key: 'api/v1/secrets/wf' },
    { name: 'implementation-events', bucket: 'b', key: 'wf/../other/log' },
    { name: 'implementation-patch', bucket: 'b', key: 'prefix-wf/x' },
  ]
  const evidence = await gather(
    {
      'payroll/wf/log': secret,
      'b/wf-2/log': secret,
      'argo:downloads/api/v1/secrets/wf': secret,
      'b/wf/../other/log': secret,
      'b/prefix-wf/x': secret,
      'payroll/wf/runtime': secret,
      'b/elsewhere/agent': Buffer.from('as Argo says'),
    },
    {
      refs: forged,
      outputs: argo([
        { name: 'implementation-runtime-log', bucket: 'payroll', key: 'wf/runtime' },
        { name: 'implementation-agent-log', bucket: null, key: 'elsewhere/agent' },
      ]),
    },
  )
  expect(evidence.logs).toEqual({ agent: 'as Argo says' })
  expect(
    evidence.readings.filter(({ state }) => state === 'refused').map(({ because }) => because),
  ).toEqual([
    'its key does not hold the name of the workflow',
    'the bucket "argo:downloads" is not among ARTIFACT_BUCKETS',
    'the bucket "payroll" is not among ARTIFACT_BUCKETS',
    'its key leads out of its folder',
    'the bucket "payroll" is not among ARTIFACT_BUCKETS',
  ])
  expect(JSON.stringify(evidence)).not.toContain('another run')
})
