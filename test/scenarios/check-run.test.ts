import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario } from '../harness/story.ts'

/* A check run instead of the commit status, where the credentials are a GitHub App. */

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const app = {
  env: { GITHUB_TOKEN: '', GITHUB_APP_ID: '77', GITHUB_APP_PRIVATE_KEY: keys.privateKey },
  world: { github: { tokens: [], app: { id: '77', publicKey: keys.publicKey, owners: ['acme'] } } },
}
const policy = { status: { check_run: true }, attempts: { backoff: ['0s'] } }

const listOwn = ({ github }: Story, sha?: string) =>
  github
    .state('acme/widgets')
    .checkRuns.filter((one) => one.name === 'codex-judge' && (sha === undefined || one.sha === sha))

scenario(
  'an App shows the gates as one check run a commit, with what refuses at its lines',
  async (story) => {
    const { agent, github, run } = story
    // 60 findings: more than GitHub takes in one request.
    const skipped = Array.from({ length: 60 }, (_, n) => `it.skip('case ${n}', () => {})\n`)
    const before = skipped.map((line) => line.replace('.skip', ''))
    github.repository('acme/widgets', { 'a.test.ts': before.join(''), 'src/widget.ts': '//\n' })
    github.faults.next(/^POST .*\/check-runs$/, { kind: 'hang_up', when: 'after' })
    const { pull } = await agent.finishes(
      { issue: 71, files: { 'a.test.ts': skipped.join(''), 'src/widget.ts': '// round\n' } },
      (done) => passChecksAndReview(github, done.pull),
    )
    const ended = await run(71).ends('needs_iteration', 'tests_weakened')
    const own = await eventually('the check run', () =>
      listOwn(story).find(({ conclusion }) => conclusion === 'failure'),
    )
    await eventually('its annotations', () => own.annotations.length === 60)
    expect(own).toMatchObject({
      title: `${ended.statusWords}: ${ended.headline}`,
      summary: expect.stringMatching(/^\| Gate \| Result \| Why \|\n.*\n\| tests \| refuses \|/),
      detailsUrl: expect.stringMatching(`/runs/${ended.id}$`),
    })
    expect(own.annotations[0]).toMatchObject({ path: 'a.test.ts', annotation_level: 'failure' })
    await run(71).settles()
    expect(listOwn(story)).toHaveLength(1)
    expect(github.state('acme/widgets').statuses).toEqual([])
    // A person decides: the same check run says so, and gets no annotation twice.
    const reason = 'The cases are obsolete.'
    await story.act(ended.id, 'override', { outcome: 'completed', reason })
    await eventually('the new conclusion', () => own.conclusion === 'success')
    await run(71).settles()
    expect(own.annotations).toHaveLength(60)
    expect(listOwn(story)).toHaveLength(1)
    expect(github.checks(pull).all().length).toBeGreaterThan(0)

    // Our own check run neither counts as CI, nor keeps another run waiting.
    await agent.finishes({ issue: 72 }, (done) => passChecksAndReview(github, done.pull))
    await run(72).ends('completed', 'accepted')
  },
  { ...app, policy },
)

scenario(
  'without an App, or without its permission, the commit status says the same',
  async (story) => {
    const { agent, github, run } = story
    await agent.finishes({ issue: 73 }, (done) => passChecksAndReview(github, done.pull))
    await run(73).ends('completed', 'accepted')
    const settled = await run(73).settles()
    expect(settled('status').at(-1)).toMatchObject({ state: 'done' })
    expect(github.state('acme/widgets').statuses.at(-1)).toMatchObject({
      state: 'success',
      context: 'codex-judge',
    })
    expect(listOwn(story)).toEqual([])
    expect(github.log.filter(({ path }) => path.endsWith('/check-runs'))).toEqual([])
  },
  { policy },
)

scenario(
  'an App that may not write checks sets the commit status',
  async (story) => {
    const { agent, github, run } = story
    const refusal = { message: 'Resource not accessible by integration' }
    const forbidden = { status: 403, headers: {}, body: JSON.stringify(refusal) }
    github.faults.next(/check-runs/, { kind: 'answer', answer: forbidden }, 100)
    await agent.finishes({ issue: 74 }, (done) => passChecksAndReview(github, done.pull))
    await run(74).ends('completed', 'accepted')
    await run(74).settles()
    expect(github.state('acme/widgets').statuses.at(-1)?.state).toBe('success')
  },
  { ...app, policy },
)
