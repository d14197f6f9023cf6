import { expect } from 'vitest'
import { unenforcedKeys } from '../../services/judge/src/policy/unenforced-keys.ts'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario } from '../harness/story.ts'

/* What an operator reads in the log. */

const selectEvents = ({ log }: Story, event: string) => log.filter((line) => line.event === event)

scenario(
  'a run that begins to wait is one line with what, until when and why, however often it is polled',
  async (story) => {
    const { agent, github, run } = story
    const { pull } = await agent.finishes({ issue: 501 }, (done) => {
      github.checks(done.pull).start('unit')
      github.codexFindsNothing(done.pull)
    })
    await run(501).waitsIn('waiting_for_ci')
    const snapshots = () => github.log.filter(({ operation }) => operation === 'Snapshot').length
    const before = snapshots()
    // Signals that change nothing make the service observe the run again.
    for (const check of ['lint', 'types']) github.checks(pull).start(check)
    await eventually('it was observed again', () => snapshots() > before + 1)
    const { deadlineAt } = await run(501).now()
    const waits = selectEvents(story, 'waiting').filter(({ what }) => what === 'ci')
    expect(waits).toMatchObject([
      {
        level: 30,
        issue: 'acme/widgets#501',
        what: 'ci',
        deadline: deadlineAt,
        because: expect.stringContaining('unit'),
        msg: expect.stringMatching(
          /^acme\/widgets#501: waits for ci until \d{4}-\d\d-\d\d \d\d:\d\d UTC$/,
        ),
      },
    ])
    github.checks(pull).succeed('unit')
    for (const check of ['lint', 'types']) github.checks(pull).succeed(check)
    await run(501).ends('completed', 'accepted')
    expect(selectEvents(story, 'waiting').filter(({ what }) => what === 'ci')).toHaveLength(1)
  },
  { logLevel: 'info' },
)

scenario(
  'an ignored message says why, in its answer, in that of its repetition, and at debug',
  async (story) => {
    const { post } = story
    const workflow = { metadata: { name: 'build-1', uid: 'uid-502' }, status: { phase: 'Running' } }
    const because = 'Workflow build-1 has not finished.'
    const body = { ...workflow, kind: 'Workflow', apiVersion: 'argoproj.io/v1alpha1' }
    const labelled = {
      ...body,
      metadata: { ...body.metadata, labels: { 'codex.repository': 'acme/widgets' } },
    }
    for (const duplicate of [false, true])
      expect(await post('/api/codex/run-complete', labelled)).toMatchObject({
        status: 202,
        body: { outcome: 'ignored', because, event: { duplicate }, run: null },
      })
    expect(selectEvents(story, 'message_ignored')).toMatchObject([
      { level: 20, source: 'run-complete', because },
    ])
  },
  { logLevel: 'debug' },
)

scenario(
  'what the configuration asks for and this release does not do is said once at the start',
  async (story) => {
    const [line, ...others] = selectEvents(story, 'not_enforced')
    expect(others).toEqual([])
    expect(line).toMatchObject({
      level: 40,
      policy: unenforcedKeys,
      settings: ['EMBEDDINGS_MODEL', 'EMBEDDINGS_DIMENSION'],
      changed: ['tuning.threshold', 'EMBEDDINGS_MODEL', 'EMBEDDINGS_DIMENSION'],
    })
    expect(String(line?.msg)).toMatch(
      /^not enforced yet by this release: .*tuning\.enabled.*; tuning\.threshold, EMBEDDINGS_MODEL.*: set, but without effect$/,
    )
    const { agent, github, run } = story
    await agent.finishes({ issue: 503 }, ({ pull }) => passChecksAndReview(github, pull))
    await run(503).ends('completed', 'accepted')
  },
  {
    policy: { tuning: { threshold: 7 } },
    env: { EMBEDDINGS_MODEL: 'text-embedding-3-small', EMBEDDINGS_DIMENSION: '1536' },
    logLevel: 'info',
  },
)

scenario(
  'a default that is not enforced yet is information, not a warning',
  async (story) => {
    expect(selectEvents(story, 'not_enforced')).toMatchObject([{ level: 30, changed: [] }])
    expect(await story.get('/readyz')).toMatchObject({
      systems: { models: 'off: judge.models is empty' },
    })
  },
  { policy: { judge: { models: [] } }, logLevel: 'info' },
)
