import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { type Story, scenarioGroup } from '../harness/story.ts'

const HOUR_MS = 3_600_000
const buildNotify = (issue: number, more: Readonly<Record<string, unknown>> = {}) => ({
  type: 'agent-turn-complete',
  repository: 'acme/widgets',
  issue_number: String(issue),
  base_branch: 'main',
  head_branch: `codex/issue-${issue}`,
  workflow_namespace: 'agent-runs',
  session_id: 'session-1',
  prompt: 'Make three attempts.',
  last_assistant_message: 'Three attempts are made now.',
  log_excerpt: { output: 'all tests passed' },
  issued_at: new Date().toISOString(),
  ...more,
})
const listRuns = async ({ run }: Story, issue: number) => run(issue).all()

scenarioGroup(
  'messages arrive in any order, many times or never',
  { policy: { patience: { completion: '3s' } } },
  (scenario) => {
    scenario('a notify and a later completion make one run', async (story) => {
      const { agent, github, run, post } = story
      const { workflow, pull } = await agent.works({ issue: 161 })
      passChecksAndReview(github, pull)
      const early = await post(
        '/api/codex/notify',
        buildNotify(161, { workflow_name: workflow.metadata.name }),
      )
      expect(early).toMatchObject({
        status: 202,
        body: { outcome: 'recorded', run: { status: 'notified', sessionId: 'session-1' } },
      })
      const done = await post('/api/codex/run-complete', workflow)
      expect(done.body.run).toMatchObject({ id: (early.body.run as { id: string }).id })
      await run(161).ends('completed', 'accepted')
      expect(await listRuns(story, 161)).toHaveLength(1)
    })

    scenario(
      'a notify adds to its run and never removes anything, and after the end changes nothing',
      async (story) => {
        const { agent, github, run, post } = story
        const { workflow, pull } = await agent.finishes({ issue: 162 }, (done) =>
          github.checks(done.pull).start('unit'),
        )
        const workflow_name = workflow.metadata.name
        const first = await post('/api/codex/notify', buildNotify(162, { workflow_name }))
        expect(first.body.run).toMatchObject({ issueNumber: 162, sessionId: 'session-1' })
        const small = {
          type: 'agent-turn-complete',
          repository: 'acme/widgets',
          workflow_name,
          workflow_namespace: 'agent-runs',
          review_status: 'ok',
        }
        expect((await post('/api/codex/notify', small)).body.run).toMatchObject({
          issueNumber: 162,
          sessionId: 'session-1',
        })
        passChecksAndReview(github, pull)
        const ended = await run(162).ends('completed', 'accepted')
        await run(162).settles()
        const before = await run(162).detail()
        const late = await post(
          '/api/codex/notify',
          buildNotify(162, { workflow_name, session_id: 'session-2', commit_sha: 'e'.repeat(40) }),
        )
        expect(late).toMatchObject({ status: 202, body: { outcome: 'recorded' } })
        await post('/api/codex/run-complete', {
          ...workflow,
          status: { ...workflow.status, phase: 'Failed' },
        })
        github.push('acme/widgets', 'codex/issue-162', { 'src/late.ts': 'late\n' })
        github.checks(pull).fail('unit')
        await github.webhooks.flush()
        const after = await run(162).detail()
        expect(after.run).toEqual(before.run)
        expect(after.transitions).toEqual(before.transitions)
        expect(ended.sessionId).toBe('session-1')
      },
    )

    scenario(
      'a run whose completion never arrives and that Argo does not know goes to a person',
      async (story) => {
        await story.post('/api/codex/notify', buildNotify(163, { workflow_name: 'codex-lost' }))
        expect((await story.run(163).now()).status).toBe('notified')
        const ended = await story.run(163).ends('needs_human', 'completion_missing')
        expect(ended.attemptsUsed).toBe(0)
      },
    )

    scenario(
      'a resumed run without a completion waits for one again, and is never judged without it',
      async (story) => {
        await story.post(
          '/api/codex/notify',
          buildNotify(398, { workflow_name: 'codex-lost-twice' }),
        )
        const lost = await story.run(398).ends('needs_human', 'completion_missing')
        const resumed = await story.post(`/api/codex/runs/${lost.id}/actions/resume`, {})
        expect(resumed).toMatchObject({
          status: 202,
          body: { run: { status: 'notified', reason: null } },
        })
        await story.run(398).ends('needs_human', 'completion_missing')
        await story.post(`/api/codex/runs/${lost.id}/actions/stop`, { reason: 'it is gone' })
        await story.run(398).ends('closed', 'stopped_by_person')
        await story.post(`/api/codex/runs/${lost.id}/actions/resume`, {})
        await story.run(398).ends('needs_human', 'completion_missing')
        expect(story.dispatcher.started().filter(({ task }) => task.issueNumber === 398n)).toEqual(
          [],
        )
      },
    )

    scenario('a newer workflow supersedes the older run and closes its question', async (story) => {
      const { agent, github, run, get } = story
      await agent.finishes({ issue: 164, startedAt: new Date(Date.now() - HOUR_MS) }, ({ pull }) =>
        github.conflict(pull),
      )
      const older = await run(164).ends('needs_human', 'merge_conflict')
      await agent.finishes({ issue: 164, files: { 'src/widget.ts': '// again\n' } }, ({ pull }) =>
        passChecksAndReview(github, pull),
      )
      await run(164).attempt(2)
      await run(164).ends('completed', 'accepted')
      const [first, second] = await listRuns(story, 164)
      expect(first).toMatchObject({ id: older.id, status: 'superseded', reason: 'newer_run' })
      expect(second).toMatchObject({ parentRunId: older.id })
      const { escalations } = (await get('/api/codex/escalations')) as {
        escalations: { runId: string; state: string }[]
      }
      expect(escalations.filter(({ runId }) => runId === older.id)).toMatchObject([
        { state: 'closed' },
      ])
    })

    scenario('an older workflow that is reported late is superseded at once', async (story) => {
      const { agent, github, run, post } = story
      const old = await agent.works({ issue: 165, startedAt: new Date(Date.now() - HOUR_MS) })
      await agent.finishes({ issue: 165, files: { 'src/widget.ts': '// newer\n' } }, ({ pull }) =>
        github.checks(pull).start('unit'),
      )
      await run(165).waitsIn('waiting_for_ci')
      const answer = await post('/api/codex/run-complete', old.workflow)
      expect(answer).toMatchObject({
        status: 202,
        body: { outcome: 'recorded', run: { status: 'superseded', reason: 'newer_run' } },
      })
      passChecksAndReview(github, old.pull)
      const [newer] = await listRuns(story, 165)
      await run(165).comesTo('completed', async () =>
        (await listRuns(story, 165)).some(
          ({ id, status }) => id === newer?.id && status === 'completed',
        ),
      )
    })

    scenario('one workflow in every message form is one run', async (story) => {
      const { agent, github, run, post } = story
      const { workflow, pull } = await agent.finishes({ issue: 166 }, (done) =>
        github.checks(done.pull).start('unit'),
      )
      const id = (await run(166).now()).id
      const again = await post('/api/codex/run-complete', workflow)
      expect(again).toMatchObject({
        status: 202,
        body: { event: { duplicate: true }, run: { id } },
      })
      const event = {
        specversion: '1.0',
        id: 'partition:0/offset:9',
        source: '/apis/v1/namespaces/n/kafkasources/k#t',
        type: 'dev.knative.kafka.event',
        time: '2026-01-01T00:00:00Z',
      }
      const binary = Object.fromEntries(
        Object.entries(event).map(([name, value]) => [`ce-${name}`, value]),
      )
      const touched = {
        ...workflow,
        metadata: {
          ...workflow.metadata,
          labels: { ...workflow.metadata.labels, touched: 'yes' },
        },
      }
      expect(await post('/api/codex/run-complete', touched, binary)).toMatchObject({
        status: 202,
        body: { event: { duplicate: false }, run: { id } },
      })
      expect(await post('/api/codex/run-complete', touched, binary)).toMatchObject({
        status: 202,
        body: { event: { duplicate: true }, run: { id } },
      })
      const structured = { 'content-type': 'application/cloudevents+json' }
      expect(
        await post('/api/codex/run-complete', { ...event, data: touched }, structured),
      ).toMatchObject({
        body: { event: { duplicate: true }, run: { id } },
      })
      const batch = await post(
        '/api/codex/run-complete',
        [
          { ...event, id: 'a', data: touched },
          {
            ...event,
            id: 'b',
            data_base64: Buffer.from(JSON.stringify(workflow)).toString('base64'),
          },
          { ...event, id: 'c' },
        ],
        { 'content-type': 'application/cloudevents-batch+json' },
      )
      expect(batch.status).toBe(202)
      expect(batch.body.events).toMatchObject([
        { event: { duplicate: true } },
        { event: { duplicate: true } },
        { outcome: 'quarantined' },
      ])
      const shapeA = {
        workflowName: workflow.metadata.name,
        workflowNamespace: workflow.metadata.namespace,
        workflowUid: workflow.metadata.uid,
        repository: 'acme/widgets',
        issueNumber: '166',
        branch: 'codex/issue-166',
        base: 'main',
        prompt: '',
        stage: 'implementation',
        metadata: JSON.stringify(workflow.metadata),
        status: JSON.stringify({ phase: 'Succeeded' }),
        artifacts: '[]',
      }
      expect((await post('/api/codex/run-complete', shapeA)).body.run).toMatchObject({ id })
      passChecksAndReview(github, pull)
      await run(166).ends('completed', 'accepted')
      expect(await listRuns(story, 166)).toHaveLength(1)
    })

    scenario('a foreign or unfinished workflow is ignored', async (story) => {
      const { agent, post } = story
      const { workflow } = await agent.works({ issue: 167 })
      const running = {
        ...workflow,
        status: { phase: 'Running', startedAt: workflow.status?.startedAt },
      }
      expect(await post('/api/codex/run-complete', running)).toMatchObject({
        status: 202,
        body: { outcome: 'ignored', run: null },
      })
      const foreign = {
        kind: 'Workflow',
        metadata: { name: 'etl', namespace: 'n', uid: 'u-1' },
        status: { phase: 'Succeeded' },
      }
      expect(await post('/api/codex/run-complete', foreign)).toMatchObject({
        status: 202,
        body: { outcome: 'ignored', run: null },
      })
      expect(await listRuns(story, 167)).toEqual([])
    })

    scenario('a redelivered webhook changes nothing', async ({ github, agent, run }) => {
      const { pull } = await agent.finishes({ issue: 168 }, (done) =>
        github.checks(done.pull).start('unit'),
      )
      await run(168).waitsIn('waiting_for_ci')
      passChecksAndReview(github, pull)
      await github.webhooks.flush()
      const last = github.webhooks.deliveries.findLast(
        ({ event }) => event === 'pull_request_review',
      )
      if (!last) throw new Error('no webhook was sent')
      github.webhooks.redeliver(last)
      await github.webhooks.flush()
      expect(github.webhooks.deliveries.every(({ status }) => status === 202)).toBe(true)
      await run(168).ends('completed', 'accepted')
    })
  },
)
