import { expect } from 'vitest'
import {
  answerAway,
  awaitClosed,
  awaitMessage,
  awaitOnlyEscalation,
  awaitStatus,
  countFrom,
  endAll,
  finishAll,
  listMessages,
  quickPolicy,
} from '../harness/escalation-verbs.ts'
import { scenario } from '../harness/story.ts'
import { trouble } from '../world/github/faults.ts'
import { answerJson } from '../world/serve.ts'
import { channels } from '../world/world.ts'

scenario(
  'a model that is away for twenty issues is one question, and all complete once it is back',
  async (story) => {
    const issues = countFrom(1, 20)
    story.model.faults.always(answerAway)
    await finishAll(story, issues)
    await endAll(story, issues, ['needs_human', 'judge_unavailable'])
    const asked = await awaitOnlyEscalation(story, 20)
    expect(asked).toMatchObject({
      groupKey: 'judge_unavailable:openai/gpt-5.2',
      reason: 'judge_unavailable',
      runId: asked.runs[0]?.id,
    })
    expect(asked.runs.map(({ issueNumber }) => issueNumber).toSorted((a, b) => a - b)).toEqual([
      ...issues,
    ])
    const message = await awaitMessage(story, /^⚠️ Codex needs human help for 20 issues\.\n/)
    expect((await awaitOnlyEscalation(story, 20)).question).toMatch(/20 issues/)
    expect(listMessages(story)).toHaveLength(1)
    expect(message.content).toMatch(/^Issue: acme\/widgets#\d+, .* and 10 more$/m)
    expect(message.content).toMatch(/^Run: http.*\/runs\//m)

    const before = story.model.requests.length
    story.model.faults.always(null)
    await awaitStatus(story, issues, 'completed')
    const closed = await awaitClosed(story, asked.id)
    expect(closed).toMatchObject({
      state: 'closed',
      answer: { by: 'service', because: 'openai/gpt-5.2 answers again.' },
    })
    expect(closed.runs).toHaveLength(20)
    await awaitMessage(story, /Resolved by the service: openai\/gpt-5\.2 answers again\./)
    expect(listMessages(story)).toHaveLength(1)
    // Each run asked once, and the answer of the one that tried again counts.
    expect(story.model.requests.length - before).toBeLessThanOrEqual(21)
    for (const issue of issues) await story.run(issue).settles()
    expect(story.discord.in(channels.success)).toHaveLength(20)
  },
  { policy: quickPolicy },
)

scenario(
  'credentials that GitHub refuses stop a run at once, and it goes on once they are accepted',
  async (story) => {
    story.github.faults.next(/.*/, trouble.status(401, 'Bad credentials'), 1e6)
    await finishAll(story, [31, 32, 33])
    await endAll(story, [31, 32, 33], ['needs_human', 'outage'])
    const asked = await awaitOnlyEscalation(story, 3)
    expect(asked.groupKey).toBe('outage:github')
    const { run, effects } = await story.run(31).detail()
    expect(run.attemptsUsed).toBe(0)
    expect(run.reasonText).toMatch(/401: Bad credentials.*set a valid GITHUB_TOKEN/)
    expect(effects.map(({ kind }) => kind)).not.toContain('dispatch')
    await awaitMessage(story, /for 3 issues\.\nReason: .*401.*GITHUB_TOKEN/)
    story.github.faults.clear()
    await awaitStatus(story, [31, 32, 33], 'completed')
    expect((await awaitClosed(story, asked.id)).answer?.because).toBe('GitHub answers again.')
  },
  // No patience is involved.
  { policy: { ...quickPolicy, patience: { github: '1h', artifacts: '1h' } } },
)

scenario(
  'what GitHub refuses for one owner stops the runs of no other',
  async (story) => {
    const refused = trouble.graphql({ type: 'FORBIDDEN', message: 'Resource protected by SAML' })
    story.github.repository('umbrella/gadgets', { 'src/widget.ts': 'export const retries = 0\n' })
    await finishAll(story, [41])
    await story.run(41).ends('completed', 'accepted')
    story.github.faults.next(/Snapshot|RepositoryContext/, refused, 1e6)
    await finishAll(story, [42], 'umbrella/gadgets')
    await endAll(story, [42], ['needs_human', 'outage'], 'umbrella/gadgets')
    expect(await awaitOnlyEscalation(story, 1)).toMatchObject({
      groupKey: 'outage:github:umbrella',
    })
    story.github.faults.clear()
    await awaitStatus(story, [42], 'completed', 'umbrella/gadgets')
  },
  { policy: quickPolicy },
)

scenario(
  'an artifact store that is away for longer than its patience is one question',
  async (story) => {
    await finishAll(story, [71, 72])
    await endAll(story, [71, 72], ['needs_human', 'outage'])
    expect(await awaitOnlyEscalation(story, 2)).toMatchObject({ groupKey: 'outage:artifacts' })
  },
  {
    policy: quickPolicy,
    env: { MINIO_ENDPOINT: 'http://127.0.0.1:1', MINIO_ACCESS_KEY: 'k', MINIO_SECRET_KEY: 's' },
  },
)

scenario(
  'the budget of a repository for a day is one question',
  async (story) => {
    await finishAll(story, [81])
    await story.run(81).ends('completed', 'accepted')
    await finishAll(story, [82, 83])
    await endAll(story, [82, 83], ['needs_human', 'budget_exhausted'])
    const asked = await awaitOnlyEscalation(story, 2)
    expect(asked.groupKey).toMatch(/^budget_exhausted:acme\/widgets:\d{4}-\d\d-\d\d$/)
    const before = story.model.requests.length
    await story.stopService()
    await story.startService({ ...quickPolicy, budget: { repository_day_usd: 50 } })
    await awaitStatus(story, [82, 83], 'completed')
    expect(story.model.requests.length - before).toBe(2)
    expect((await awaitClosed(story, asked.id)).answer?.because).toMatch(/budget/)
  },
  { policy: { ...quickPolicy, budget: { repository_day_usd: 0.25, unknown_call_usd: 0.25 } } },
)

scenario(
  'Argo that is away when a completion is overdue is an outage, and the run waits again after it',
  async (story) => {
    story.argo.faults.always({ when: 'before', answer: answerJson(503, {}) })
    const { workflow } = await story.agent.works({ issue: 91 })
    const { name, namespace } = workflow.metadata
    await story.post('/api/codex/notify', {
      type: 'agent-turn-complete',
      repository: 'acme/widgets',
      issue_number: 91,
      workflow_name: name,
      workflow_namespace: namespace,
    })
    await story.run(91).ends('needs_human', 'outage')
    expect(await awaitOnlyEscalation(story, 1)).toMatchObject({ groupKey: 'outage:argo' })
    story.github.codexReviews({ repository: 'acme/widgets', number: 1001 }, [])
    story.github.checks({ repository: 'acme/widgets', number: 1001 }).succeed('unit')
    story.argo.faults.always(null)
    await awaitStatus(story, [91], 'completed')
    const { transitions } = await story.run(91).detail()
    expect(transitions.map(({ to }) => to)).toContain('notified')
  },
  {
    policy: { ...quickPolicy, patience: { ...quickPolicy.patience, completion: '1s' } },
    argo: true,
    env: { ARGO_SWEEP_INTERVAL: '1h' },
  },
)
