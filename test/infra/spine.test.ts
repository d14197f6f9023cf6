import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { createNarrator } from '../../scripts/demo/narrator.ts'
import { perform } from '../../scripts/demo/perform.ts'
import { differences, outsideDifferences } from '../../scripts/demo/results.ts'
import { stories } from '../../scripts/demo/stories.ts'
import { makeGreen } from '../harness/green.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario } from '../harness/story.ts'
import { type OpenRoads, roadsOver } from './roads.ts'

const { TEST_KAFKA: kafka = '', TEST_S3: s3 = '', PATH = '', HOME = '' } = process.env

/*
 * The spine as its operators meet it: events out of Kafka, artifacts out of S3, and nothing posted
 * to the service but by people.
 */
describe.skipIf(kafka === '' || s3 === '')(
  'the service over a real Kafka and a real S3 server',
  () => {
    const shared = roadsOver({ kafka, s3 })
    let roads: OpenRoads
    beforeAll(async () => {
      roads = await shared.open()
    })
    afterAll(() => roads.close())

    test('the five stories of the demo end as they do over HTTP, and the outside sees of each what it should, once', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'spine-'))
      const { env, bucket, open } = roadsOver({ kafka, s3 })
      const own = await open()
      const said: string[] = []
      onTestFailed(() => console.info(said.join('\n')))
      const stack = new AsyncDisposableStack()
      stack.defer(() => rm(directory, { recursive: true, force: true }))
      stack.defer(own.close)
      try {
        const played = await perform({
          directory,
          stories,
          set: [],
          port: '0',
          machine: { PATH, HOME },
          narrator: createNarrator(
            () => performance.now(),
            (line) => said.push(line),
          ),
          stack,
          roads: {
            env,
            webhooks: own.webhooks,
            report: async ({ message, uid }) => {
              await own.keep(join(directory, 'artifacts'))
              await own.tell(message, uid)
            },
          },
        })
        expect([
          ...differences(stories, played.rows),
          ...outsideDifferences(stories, played.seen),
        ]).toEqual([])
        const [accepted] = played.rows
        const read = async (path: string) => (await fetch(`${played.url}${path}`)).text()
        const { artifacts } = JSON.parse(await read(`/api/codex/runs/${accepted?.runId}`))
        expect(artifacts).toContainEqual(
          expect.objectContaining({ name: 'implementation-changes', bucket, state: 'found' }),
        )
        // Everything came by Kafka, each completion twice; nothing but the look of this test came by
        // HTTP.
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

    /** The agent works; its artifacts lie in the bucket, and its completion in the topic. */
    async function finishes(
      { agent, storeDir, github }: Story,
      work: Parameters<Story['agent']['works']>[0],
    ) {
      github.webhooks.to(roads.webhooks)
      const done = await agent.works(work)
      await roads.keep(storeDir)
      const message = JSON.stringify({ run: {}, trimmed: '', workflow: done.workflow })
      await roads.tell(message, done.workflow.metadata.uid)
      return done
    }
    const heard = (story: Story, issue: number) =>
      eventually('the run', async () => {
        const { runs } = (await story.get(
          `/api/codex/runs?repository=acme/widgets&issueNumber=${issue}`,
        )) as {
          runs: unknown[]
        }
        return runs.length === 1
      })

    scenario(
      'a run told by Kafka, its proof in S3 and its signals in the GitHub topic, completes',
      async (story) => {
        const { pull, commit } = await finishes(story, { issue: 41 })
        await heard(story, 41)
        await story.run(41).waitsIn('waiting_for_ci')
        makeGreen(story.github, pull)
        expect(await story.run(41).ends('completed', 'accepted')).toMatchObject({
          commitSha: commit,
          prNumber: pull.number,
        })
        expect(await story.get('/readyz')).toMatchObject({ systems: { kafka: 'ok' } })
        expect(String((await story.get('/metrics')).text)).toContain(
          `codex_judge_kafka_lag{topic="${shared.completionsTopic}"}`,
        )
      },
      { env: shared.env, webhooks: false },
    )

    scenario(
      'a run that failed is told by Kafka and tried once more, with what was wrong in its prompt',
      async (story) => {
        const { pull } = await finishes(story, { issue: 42 })
        await heard(story, 42)
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
