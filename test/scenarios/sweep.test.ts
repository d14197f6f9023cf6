import { expect } from 'vitest'
import { eventually } from '../harness/run-verbs.ts'
import { scenario } from '../harness/story.ts'

/** After the first sweep the next one is five minutes away, and does not influence the test. */
const waitForFirstSweep = ({ requests }: { readonly requests: readonly string[] }) =>
  eventually('the first sweep', () => requests.includes('GET /api/v1/archived-workflows'))

scenario(
  'a workflow whose event was lost is found at Argo, and its late event changes nothing',
  async ({ agent, argo, run, post, get }) => {
    const { workflow } = await agent.works({ issue: 501 })
    const archived = await agent.works({ issue: 502 })
    argo.archive(archived.workflow.metadata.uid)
    argo.put({
      kind: 'Workflow',
      metadata: { name: 'nightly-backup', namespace: 'ops', uid: 'a-stranger', labels: {} },
      status: {
        phase: 'Succeeded',
        startedAt: new Date().toISOString(),
        finishedAt: new Date().toISOString(),
      },
    })
    const recent = async () => ((await get('/api/codex/runs/recent')) as { runs: unknown[] }).runs
    await eventually('both runs', async () => (await recent()).length === 2)
    await run(501).waitsIn('waiting_for_ci')
    await run(502).waitsIn('waiting_for_ci')

    const late = await post('/api/codex/run-complete', workflow)
    expect(late).toMatchObject({ status: 202, body: { event: { duplicate: true } } })
    const stranger = `GET /api/v1/workflows/ops/nightly-backup`
    await eventually(
      'more sweeps',
      () => argo.requests.filter((path) => path === 'GET /api/v1/workflows/').length > 4,
    )
    expect(argo.requests.filter((path) => path === stranger)).toHaveLength(1)
    expect(await recent()).toHaveLength(2)
    expect(await get('/readyz')).toMatchObject({ systems: { argo: 'on' } })
  },
  { argo: true, env: { ARGO_SWEEP_INTERVAL: '1s' } },
)

scenario(
  'a notified run continues if Argo knows that its workflow has finished',
  async ({ agent, argo, run, post }) => {
    await waitForFirstSweep(argo)
    const { workflow } = await agent.works({ issue: 503 })
    const notify = {
      type: 'agent-turn-complete',
      repository: 'acme/widgets',
      issue_number: '503',
      head_branch: 'codex/issue-503',
      workflow_name: workflow.metadata.name,
      workflow_namespace: workflow.metadata.namespace,
      session_id: 'session-1',
      issued_at: new Date().toISOString(),
    }
    expect(await post('/api/codex/notify', notify)).toMatchObject({
      body: { run: { status: 'notified' } },
    })
    expect(await run(503).waitsIn('waiting_for_ci')).toMatchObject({
      sessionId: 'session-1',
      workflowUid: workflow.metadata.uid,
    })
  },
  { argo: true, policy: { patience: { completion: '1s' } } },
)

scenario(
  'a notified run waits while its workflow is running',
  async ({ agent, argo, run, post, get }) => {
    await waitForFirstSweep(argo)
    const { workflow } = await agent.works({ issue: 504 })
    argo.put({ ...workflow, status: { phase: 'Running', startedAt: new Date().toISOString() } })
    const notify = {
      type: 'agent-turn-complete',
      repository: 'acme/widgets',
      issue_number: '504',
      head_branch: 'codex/issue-504',
      workflow_name: workflow.metadata.name,
    }
    await post('/api/codex/notify', notify)
    const countReads = () =>
      argo.requests.filter((path) => path === 'GET /api/v1/workflows/').length
    const before = countReads()
    await eventually('two reads of Argo', () => countReads() > before + 1)
    const { id } = await run(504).now()
    expect(await get(`/api/codex/runs/${id}`)).toMatchObject({
      run: { status: 'notified' },
      waitingFor: [{ what: 'completion' }],
    })
    argo.put(workflow)
    await run(504).waitsIn('waiting_for_ci')
  },
  { argo: true, policy: { patience: { completion: '1s' } } },
)
