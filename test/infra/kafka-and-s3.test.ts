import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { createNarrator } from '../../scripts/demo/narrator.ts'
import { findDifferences, findUnexpectedEffects } from '../../scripts/demo/results.ts'
import { runStories } from '../../scripts/demo/run-stories.ts'
import { stories } from '../../scripts/demo/stories.ts'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario } from '../harness/story.ts'
import { createTransport, type OpenTransport, WORLD_BUCKET } from './transport.ts'

const { TEST_KAFKA: kafka = '', TEST_S3: s3 = '', PATH = '', HOME = '' } = process.env

/* The service as in a cluster: all events come from Kafka and all artifacts from S3. */
describe.skipIf(kafka === '' || s3 === '')(
  'the service over a real Kafka and a real S3 server',
  () => {
    const shared = createTransport({ kafka, s3 })
    let transport: OpenTransport
    beforeAll(async () => {
      transport = await shared.open()
    })
    afterAll(() => transport.close())

    test('the five stories of the demo end as over HTTP, and every effect is seen once', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'kafka-and-s3-'))
      // Where the service asks Argo, it believes the bucket that Argo names.
      const bucket = WORLD_BUCKET
      const { env, open } = createTransport({ kafka, s3, bucket })
      const own = await open()
      const lines: string[] = []
      onTestFailed(() => console.info(lines.join('\n')))
      const stack = new AsyncDisposableStack()
      stack.defer(() => rm(directory, { recursive: true, force: true }))
      stack.defer(own.close)
      try {
        const played = await runStories({
          directory,
          stories,
          set: [],
          port: '0',
          machine: { PATH, HOME },
          narrator: createNarrator({
            now: () => performance.now(),
            write: (line) => void lines.push(line),
          }),
          stack,
          transport: {
            env,
            webhooks: own.webhooks,
            report: async ({ message, uid }) => {
              await own.uploadArtifacts(join(directory, 'artifacts'))
              await own.publishCompletion(message, uid)
            },
          },
        })
        expect([
          ...findDifferences(stories, played.rows),
          ...findUnexpectedEffects(stories, played.countSeen),
        ]).toEqual([])
        const [accepted] = played.rows
        const read = async (path: string) => (await fetch(`${played.url}${path}`)).text()
        const { artifacts } = JSON.parse(await read(`/api/codex/runs/${accepted?.runId}`))
        expect(artifacts).toContainEqual(
          expect.objectContaining({ name: 'implementation-changes', bucket, state: 'found' }),
        )
        // Everything came from Kafka, each completion twice; only this test uses HTTP.
        const metrics = await read('/metrics')
        expect(metrics).toMatch(
          /codex_judge_events_total\{source="run-complete",outcome="recorded"\} 7\b/,
        )
        expect(metrics).toMatch(
          /codex_judge_events_total\{source="run-complete",outcome="duplicate"\} 9\b/,
        )
        const log = (await readFile(played.logFile, 'utf8')).split('\n')
        expect(log.filter((line) => /Warning|"level":[56]0/.test(line))).toEqual([])
      } finally {
        await stack.disposeAsync()
      }
    })

    /** The agent works, its artifacts are uploaded, and its completion is published. */
    async function finishes(
      { agent, storeDir, github }: Story,
      work: Parameters<Story['agent']['works']>[0],
    ) {
      github.webhooks.sendTo(transport.webhooks)
      const done = await agent.works(work)
      await transport.uploadArtifacts(storeDir)
      const message = JSON.stringify({ run: {}, trimmed: '', workflow: done.workflow })
      await transport.publishCompletion(message, done.workflow.metadata.uid)
      return done
    }
    const waitForRun = (story: Story, issue: number) =>
      eventually('the run', async () => {
        const { runs } = (await story.get(
          `/api/codex/runs?repository=acme/widgets&issueNumber=${issue}`,
        )) as {
          runs: unknown[]
        }
        return runs.length === 1
      })

    scenario(
      'a run completes with its completion from Kafka, artifacts from S3 and webhooks from Kafka',
      async (story) => {
        const { pull, commit } = await finishes(story, { issue: 41 })
        await waitForRun(story, 41)
        await story.run(41).waitsIn('waiting_for_ci')
        passChecksAndReview(story.github, pull)
        expect(await story.run(41).ends('completed', 'accepted')).toMatchObject({
          commitSha: commit,
          prNumber: pull.number,
        })
        expect(await story.get('/readyz')).toMatchObject({ systems: { kafka: 'on' } })
        expect(String((await story.get('/metrics')).text)).toContain(
          `codex_judge_kafka_lag{topic="${shared.completionsTopic}"}`,
        )
      },
      { env: shared.env, webhooks: false },
    )

    scenario(
      'a failed run from Kafka is followed by another attempt that knows what failed',
      async (story) => {
        const { pull } = await finishes(story, { issue: 42 })
        await waitForRun(story, 42)
        await story.run(42).waitsIn('waiting_for_ci')
        story.github.checks(pull).fail('unit')
        story.github.codexFindsNothing(pull)
        await story.run(42).ends('needs_iteration', 'ci_failed')
        const { task } = await eventually('the next attempt', () =>
          story.dispatcher.started().at(0),
        )
        expect(task.prompt).toContain('unit')
      },
      {
        env: { ...shared.env, KAFKA_GROUP_ID: `${shared.env.KAFKA_GROUP_ID}-again` },
        webhooks: false,
        policy: { ci: { rerun_failed_once: false } },
      },
    )
  },
)
