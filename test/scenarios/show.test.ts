import { expect } from 'vitest'
import { codexJudge } from '../harness/codex-judge.ts'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { scenario } from '../harness/story.ts'

scenario(
  'the terminal shows a run by its issue, its pull request and its id, and follows it to its end',
  async ({ agent, github, run, serviceUrl }) => {
    const repository = 'acme/shown'
    github.repository(repository, {
      'src/widget.ts': 'export const widget = 1\n',
      // Each command is a process of its own, and the run must not give up meanwhile.
      '.codex-judge.yml': 'ci: { no_checks_grace: 10m, wait: 20m }\nreview: { wait: 20m }\n',
    })
    const { run: open, pull } = await agent.finishes({ issue: 951, repository })
    await run(951, repository).waitsIn('waiting_for_ci')
    const env = { PUBLIC_URL: serviceUrl() }
    const waiting = await codexJudge(['show', `${repository}#951`], env)
    expect(waiting).toMatchObject({ code: 0, err: [] })
    expect(waiting.out[0]).toMatch(/^… Waiting for CI: /)
    expect(waiting.out).toContain('What would change this')

    const watching = codexJudge(['watch', open.id], env)
    passChecksAndReview(github, pull)
    await run(951, repository).ends('completed', 'accepted')
    const watched = await watching
    expect(watched).toMatchObject({ code: 0, err: [] })
    expect(watched.out.findLast((line) => /^[^ ]/.test(line))).toMatch(/^✓ Completed: /)

    await run(951, repository).settles()
    const address = `https://github.com/${repository}/pull/${pull.number}`
    const byPull = await codexJudge(['show', address], env)
    expect(byPull).toMatchObject({ code: 0, err: [] })
    expect(byPull.out.join('\n')).toMatch(/^✓ Completed: [\s\S]*\nGates: (\d+) of \1 passed/)
    expect(byPull.out.join('\n')).toContain(`${serviceUrl()}/runs/${open.id}`)
    const json = await codexJudge(['show', open.id, '--json'], env)
    expect(JSON.parse(json.out.join('\n'))).toMatchObject({ run: { id: open.id } })
    expect(await codexJudge(['show', `${repository}#952`], env)).toMatchObject({
      code: 1,
      err: [`no run matches ${repository}#952; its run may have been removed by retention`],
    })
  },
)
