import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { codexJudge } from '../harness/codex-judge.ts'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { scenario } from '../harness/story.ts'

function writePolicy(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'codex-judge-backtest-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'new.yml')
  writeFileSync(path, text)
  return path
}

scenario(
  'a backtest says which decisions another policy changes, and touches nothing',
  async ({ agent, github, run, act, model, databaseUrl }) => {
    await agent.finishes({ issue: 911 }, ({ pull }) => passChecksAndReview(github, pull))
    await run(911).ends('completed', 'accepted')
    await agent.finishes({ issue: 912 }, ({ pull }) => {
      github.checks(pull).fail('lint')
      github.codexFindsNothing(pull)
    })
    const refused = await run(912).ends('needs_iteration', 'ci_failed')
    const taken = { outcome: 'completed', reason: 'merged by hand' }
    expect((await act(refused.id, 'override', taken)).status).toBe(202)
    await agent.finishes({ issue: 913, repository: 'acme/gears' }, ({ pull }) =>
      passChecksAndReview(github, pull),
    )
    await run(913, 'acme/gears').ends('completed', 'accepted')
    await run(912).settles()
    const before = [await run(911).detail(), await run(912).detail()]
    const asked = model.requests.length

    const path = writePolicy(
      'ci: { ignore: [lint], allow_only_neutral: true, rerun_failed_once: false }\n' +
        'diff: { denied_paths: ["src/**"] }\n',
    )
    const options = ['--since', '1d', '--repository', 'acme/wid*']
    const env = { DATABASE_URL: databaseUrl }
    const json = await codexJudge(['backtest', '--policy', path, ...options, '--json'], env)
    expect(json).toMatchObject({ code: 0, err: [] })
    expect(JSON.parse(json.out.join('\n'))).toMatchObject({
      runs: 2,
      unchanged: 0,
      notReplayable: [],
      changes: expect.arrayContaining([
        expect.objectContaining({
          from: 'completed (accepted)',
          to: 'needs_iteration (out_of_scope)',
          gate: 'scope',
          examples: [
            {
              id: expect.any(String),
              url: expect.stringMatching(/^http:\/\/judge\.test\/runs\//),
              issue: 'acme/widgets#911',
              attempt: 1,
              because: expect.stringContaining('src/'),
            },
          ],
        }),
        expect.objectContaining({
          from: 'needs_iteration (ci_failed)',
          to: 'needs_iteration (out_of_scope)',
        }),
      ]),
      labels: {
        labelled: 1,
        before: { wrongPasses: 0, wrongRefusals: 1 },
        after: { wrongPasses: 0, wrongRefusals: 1 },
      },
    })
    const text = await codexJudge(['backtest', '--policy', path], env)
    expect(text.out[0]).toBe('3 decided runs: 0 unchanged, 3 changed, 0 not replayable')
    expect(text.out).toContainEqual(
      expect.stringMatching(
        /^ {4}acme\/widgets#911 attempt 1, http:\/\/judge\.test\/runs\/.*src\//,
      ),
    )
    expect([await run(911).detail(), await run(912).detail()]).toEqual(before)
    expect(model.requests).toHaveLength(asked)

    const wrong = writePolicy('ci:\n  waits: 5m\n')
    expect(
      await codexJudge(['backtest', '--policy', wrong, '--since', 'yesterday'], env),
    ).toMatchObject({
      code: 2,
      err: [
        expect.stringMatching(/new\.yml:2: ci\.waits: unknown key; did you mean wait\?/),
        expect.stringMatching(/^--since: yesterday is invalid/),
      ],
    })
  },
  { policy: { ci: { rerun_failed_once: false }, attempts: { backoff: ['1h'] } } },
)
