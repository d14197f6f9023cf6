import { afterAll, beforeAll, expect, test } from 'vitest'
import { isReadable, parseMessage } from '../../services/judge/src/ingest/parse/parse-message.ts'
import { type ArgoWorld, createArgoWorld } from '../world/argo.ts'
import type { Workflow } from '../world/workflow.ts'
import { type Dispatcher, goodTask, send, startDispatcher } from './dispatcher.ts'

let argo: ArgoWorld
let dispatcher: Dispatcher
beforeAll(async () => {
  argo = await createArgoWorld({ now: () => new Date('2026-11-20T08:00:03Z') })
  dispatcher = await startDispatcher({
    ARGO_SERVER_URL: argo.url,
    WORKFLOW_TEMPLATE_REVIEW: 'codex-review',
  })
})
afterAll(async () => {
  await dispatcher.end()
  await argo.close()
})

async function startWorkflow(over: Parameters<typeof send>[1]): Promise<Workflow> {
  const { status, body } = await send(dispatcher, over)
  const workflow = argo.started().find(({ metadata }) => metadata.name === body.workflowName)
  if (status !== 202 || workflow === undefined)
    throw new Error(`not started: ${JSON.stringify(body)}`)
  return workflow
}

function readParameters({ spec }: Workflow): Readonly<Record<string, string>> {
  const { arguments: given } = spec as {
    readonly arguments: { readonly parameters: { name: string; value: string }[] }
  }
  return Object.fromEntries(given.parameters.map(({ name, value }) => [name, value]))
}

const decodeJson = (base64 = ''): unknown => JSON.parse(Buffer.from(base64, 'base64').toString())

const full = {
  ...goodTask,
  deliveryId: 'full-1',
  issuedAt: { seconds: 1_795_161_600n, nanos: 0 },
  iterations: { mode: 'fixed', count: 3, stopOn: ['ci_green'], reason: 'asked' },
  iterationCycle: 1,
  autonomous: true,
  reviewContext: {
    summary: 'one thread',
    reviewThreads: [
      {
        summary: 'a.ts:1 is wrong',
        url: 'https://github.com/acme/widgets/pull/9#r1',
        author: 'ann',
      },
    ],
    failingChecks: [
      { name: 'unit', conclusion: 'failure', url: 'https://ci.example/1', details: 'expected 1' },
    ],
    additionalNotes: [],
  },
}

test("the event body has the whole task as base64 JSON, with the stage's name", async () => {
  const parameters = readParameters(await startWorkflow(full))
  expect(decodeJson(parameters.eventBody)).toEqual({
    stage: 'implementation',
    prompt: full.prompt,
    repository: 'acme/widgets',
    base: 'main',
    head: 'codex/issue-41',
    issueNumber: '41',
    issueUrl: full.issueUrl,
    issueTitle: full.issueTitle,
    issueBody: full.issueBody,
    sender: 'octo-dev',
    issuedAt: '2026-11-20T08:00:00Z',
    deliveryId: 'full-1',
    metadataVersion: 1,
    iteration: 2,
    iterations: { mode: 'fixed', count: 3, stopOn: ['ci_green'], reason: 'asked' },
    iterationCycle: 1,
    autonomous: true,
    reviewContext: {
      summary: 'one thread',
      reviewThreads: full.reviewContext.reviewThreads,
      failingChecks: full.reviewContext.failingChecks,
    },
  })
  expect(decodeJson(parameters.rawEvent)).toMatchObject({
    stage: 'CODEX_TASK_STAGE_IMPLEMENTATION',
    deliveryId: 'full-1',
  })
  expect(parameters).toMatchObject({
    head: 'codex/issue-41',
    base: 'main',
    prompt: full.prompt,
    issueNumber: '41',
  })
})

test("the workflow has its stage's template, and the labels that it is found by", async () => {
  const { metadata, spec } = await startWorkflow({ ...full, deliveryId: 'marked-1', stage: 3 })
  expect(metadata.labels).toEqual({
    'codex.stage': 'review',
    'codex.issue_number': '41',
    'codex.delivery_id': 'marked-1',
  })
  expect(metadata.annotations).toMatchObject({
    'codex.repository': 'acme/widgets',
    'codex.issue_number': '41',
    'codex.head': 'codex/issue-41',
    'codex.base': 'main',
    'codex.delivery_id': 'marked-1',
  })
  expect(spec).toMatchObject({ workflowTemplateRef: { name: 'codex-review' } })
})

test('the judge recovers every field of the task from the finished workflow', async () => {
  const workflow = await startWorkflow({ ...full, deliveryId: 'judged-1' })
  const finished = {
    ...workflow,
    status: { phase: 'Succeeded', finishedAt: '2026-11-20T08:31:41Z' },
  }
  const body = Buffer.from(JSON.stringify(finished))
  const parsed = parseMessage(
    { source: 'run-complete', transport: 'http', headers: {}, body },
    { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' },
  )
  if (parsed.kind !== 'one' || !isReadable(parsed.message))
    throw new Error('the judge cannot read it')
  expect(parsed.message.event).toMatchObject({
    kind: 'workflow.finished',
    claims: {
      repository: 'acme/widgets',
      issueNumber: 41,
      branch: 'codex/issue-41',
      base: 'main',
      stage: 'implementation',
      prompt: full.prompt,
      issueTitle: full.issueTitle,
      deliveryId: 'judged-1',
      iterations: { mode: 'fixed', count: 3, stopOn: ['ci_green'] },
      iterationCycle: 1,
      autonomous: true,
    },
  })
})

test('Argo cannot expand template braces of a prompt: only the event body has them', async () => {
  const prompt = 'Fix `run: {{ github.sha }}` and {{workflow.name}} in ci.yml = now, please'
  const parameters = readParameters(await startWorkflow({ deliveryId: 'braces-1', prompt }))
  expect(parameters.prompt).toBeUndefined()
  expect(decodeJson(parameters.eventBody)).toMatchObject({ prompt })
  expect(JSON.stringify(parameters)).not.toContain('{{')
})

test('equals signs and line breaks in a parameter are preserved', async () => {
  const prompt = 'a=b\nc==d, e\n\n– ünïcode 日本語 😀'
  expect(readParameters(await startWorkflow({ deliveryId: 'equals-1', prompt })).prompt).toBe(
    prompt,
  )
})

test.each([
  ['a branch with a comma and an equals sign', { deliveryId: 'odd-1', head: 'fix/a,b=c' }],
  [
    'a delivery id that is not a valid name',
    { deliveryId: 'Push_Événement:2026-11-20T08:00:00Z/7,x=y' },
  ],
  ['a delivery id that is too long for a name', { deliveryId: `d-${'0123456789'.repeat(29)}` }],
  ['a delivery id of GitHub', { deliveryId: 'b7c1e0a0-0000-4000-8000-000000002125' }],
  ['a delivery id in capitals', { deliveryId: 'ABC.def_1' }],
  [
    'a task without issue and branches',
    { deliveryId: 'bare-1', issueNumber: 0n, head: '', base: '' },
  ],
])('Kubernetes accepts the name, labels and annotations of %s', async (_what, over) => {
  const workflow = await startWorkflow(over)
  expect(decodeJson(readParameters(workflow).eventBody)).toMatchObject({
    deliveryId: over.deliveryId,
  })
  expect(await send(dispatcher, over)).toMatchObject({ status: 202, body: { duplicate: true } })
  argo.archive(workflow.metadata.uid)
  expect(await send(dispatcher, over)).toMatchObject({ status: 202, body: { duplicate: true } })
})

test('a large prompt is sent once, not three times', async () => {
  const prompt = 'x'.repeat(500_000)
  const parameters = readParameters(await startWorkflow({ deliveryId: 'large-1', prompt }))
  expect(decodeJson(parameters.eventBody)).toMatchObject({ prompt })
  expect(parameters).toMatchObject({ rawEvent: '{}' })
  expect(parameters.prompt).toBeUndefined()
})
