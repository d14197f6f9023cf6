import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup } from '../harness/story.ts'

const policy = {
  ci: { rerun_failed_once: false },
  attempts: { max: 3, backoff: ['1s'], infrastructure_max: 3 },
}
const changeTo = (text: string) => ({
  'src/widget.ts': `export const retries = '${text}'\nexport const wait = 1\n`,
})
const waitForDispatch = ({ dispatcher }: Story, issue: number) =>
  eventually(
    `a dispatch of #${issue}`,
    () => dispatcher.started().find(({ task }) => task.issueNumber === BigInt(issue))?.task,
  )

interface Page {
  readonly run: Record<string, unknown> & { readonly id: string; readonly headline: string }
  readonly blockers: readonly (Record<string, unknown> & { readonly kind: string })[]
  readonly actions: readonly {
    readonly name: string
    readonly allowed: boolean
    readonly because: string | null
  }[]
  readonly phases: readonly Record<string, unknown>[]
  readonly attempts: readonly Record<string, unknown>[]
  readonly checks: readonly Record<string, unknown>[]
  readonly verdicts: readonly (Record<string, unknown> & { readonly id: string })[]
  readonly claims: readonly Record<string, unknown>[]
  readonly budget: Record<string, unknown>
  readonly change: Record<string, unknown>
}
const readPage = async ({ get }: Story, id: string) =>
  (await get(`/api/codex/runs/${id}`)) as unknown as Page

scenarioGroup(
  'the page of a run',
  { policy, env: { ARGO_UI_URL: 'https://argo.example' } },
  (scenario) => {
    scenario(
      'says what stood between the commit and done, and what became of it',
      async (story) => {
        const { agent, github, run, get, post } = story
        const first = await agent.finishes({ issue: 761, files: changeTo('a') }, ({ pull }) => {
          github.checks(pull).succeed('unit')
          github.codexReviews(pull, [
            { path: 'src/widget.ts', line: 1, title: 'Not a number' },
            { path: 'src/widget.ts', line: 2, title: 'No pause' },
          ])
        })
        const refused = await run(761).ends('needs_iteration', 'review_threads_open')
        const sha = String(refused.commitSha).slice(0, 7)
        expect(refused).toMatchObject({
          statusWords: 'Needs another attempt',
          headline: `2 review threads are open on ${sha}`,
          reasonKind: 'work_fails',
          attemptsMax: 3,
          next: { needsYou: false },
        })
        await agent.finishes(
          { issue: 761, files: changeTo('b'), task: await waitForDispatch(story, 761) },
          ({ pull }) => {
            github.resolveThread(first.pull, 'all')
            passChecksAndReview(github, pull)
          },
        )
        await run(761).attempt(2)
        const done = await run(761).ends('completed', 'accepted')
        const page = await readPage(story, refused.id)
        expect(page.blockers).toMatchObject([
          {
            kind: 'thread',
            title: expect.stringContaining('Not a number'),
            path: 'src/widget.ts',
            line: 1,
            excerpt: {
              lines: expect.arrayContaining([expect.objectContaining({ kind: 'added' })]),
            },
            became: { result: 'obeyed', runId: done.id },
          },
          { kind: 'thread', title: expect.stringContaining('No pause') },
        ])
        expect(page.run).toMatchObject({
          childRunId: done.id,
          next: { text: expect.stringContaining('Attempt 2 took over'), needsYou: false },
          workflowUrl: expect.stringContaining('https://argo.example/workflows/'),
        })
        expect(page.attempts).toMatchObject([
          { id: refused.id, attempt: 1, status: 'needs_iteration' },
          { id: done.id, attempt: 2, status: 'completed' },
        ])
        expect(page.phases.map(({ name }) => name)).toEqual([
          'agent',
          'evidence',
          'ci',
          'review',
          'judge',
          'pause',
        ])
        expect(page.phases.find(({ name }) => name === 'judge')).toMatchObject({
          seconds: null,
          fact: 'not asked',
        })
        expect(page.checks).toMatchObject([{ name: 'unit', conclusion: 'success', log: null }])
        expect(page.change).toMatchObject({ files: 1 })
        expect(page.claims).toContainEqual(
          expect.objectContaining({ name: 'repository', value: 'acme/widgets' }),
        )

        const finished = await readPage(story, done.id)
        expect(finished.blockers[0]).toMatchObject({ kind: 'requirement', path: 'src/widget.ts' })
        expect(finished.run.next).toMatchObject({
          text: expect.stringMatching(/^Pull request #\d+ is ready for you to merge\.$/),
          needsYou: true,
        })
        const [verdict] = finished.verdicts
        expect(verdict).toMatchObject({
          acted: true,
          label: null,
          requirements: [{ met: true, citations: [{ holds: true, because: null }] }],
        })

        // The question and the raw answer are there, and a person can say whether it is right.
        const path = `/api/codex/runs/${done.id}/verdicts/${verdict?.id}`
        expect(await get(path)).toMatchObject({
          question: expect.stringContaining('#761'),
          answer: expect.stringContaining('requirements_coverage'),
        })
        expect(
          (await post(`${path}/label`, { right: false, note: 'It misses the queue.' })).body,
        ).toMatchObject({
          label: { right: false, note: 'It misses the queue.' },
        })
        expect((await readPage(story, done.id)).verdicts[0]).toMatchObject({
          label: { right: false },
        })

        expect(await get(`/api/codex/runs/${refused.id}/diff`)).toMatchObject({
          files: [
            {
              path: 'src/widget.ts',
              marks: expect.arrayContaining([
                expect.objectContaining({ kind: 'thread', line: 1, state: 'open' }),
              ]),
            },
          ],
        })
        const between = (await get(`/api/codex/runs/${done.id}/diff?since=${refused.id}`)) as {
          files: { hunks: { lines: { kind: string; text: string }[] }[] }[]
        }
        expect(
          between.files.flatMap(({ hunks }) =>
            hunks.flatMap(({ lines }) =>
              lines
                .filter(({ kind }) => kind !== 'context')
                .map(({ kind, text }) => `${kind} ${text}`),
            ),
          ),
        ).toEqual(["removed export const retries = 'a'", "added export const retries = 'b'"])
        expect(await get(`/api/codex/runs/${done.id}/instructions`)).toMatchObject({
          given: [{ uptake: 'obeyed' }, { uptake: 'obeyed' }],
          givenText: expect.stringContaining('Not a number'),
        })
        expect(
          await get(`/api/codex/issues/acme/widgets/761/compare?a=${refused.id}&b=${done.id}`),
        ).toMatchObject({
          same: { diff: false, failure: false },
          blockers: expect.arrayContaining([expect.objectContaining({ state: 'fixed' })]),
          requirements: [{ a: null, b: 'met' }],
          interdiff: [{ path: 'src/widget.ts' }],
        })
        expect(await get('/api/codex/issues/acme/widgets/761')).toMatchObject({
          issue: { attemptsMax: 3, status: 'completed' },
          runs: [{ id: refused.id }, { id: done.id }],
        })
      },
    )

    scenario('names each failing check by the lines around its first error', async (story) => {
      const { agent, github, run, get } = story
      await agent.finishes({ issue: 762, files: changeTo('c') }, ({ pull }) => {
        github.checks(pull).fail('unit', {
          log: [
            'Run npm test',
            'ok',
            'FAIL  test/widget.test.ts > counts',
            'expected 1',
            'done',
          ].join('\n'),
        })
        github.codexReviews(pull, [])
      })
      const failed = await run(762).ends('needs_iteration', 'ci_failed')
      expect(failed.headline).toBe(`unit failed on ${String(failed.commitSha).slice(0, 7)}`)
      const page = await readPage(story, failed.id)
      expect(page.checks[0]).toMatchObject({ name: 'unit', conclusion: 'failure' })
      expect(page.blockers).toMatchObject([
        {
          kind: 'check',
          title: 'unit failed',
          excerpt: {
            lines: expect.arrayContaining([
              expect.objectContaining({ kind: 'error', text: expect.stringContaining('FAIL') }),
            ]),
          },
        },
      ])
      const summary = (await get('/api/codex/runs/summary')) as {
        counts: Record<string, { count: number }>
      }
      expect(summary.counts.needs_iteration?.count).toBeGreaterThan(0)
      const listed = (await get(
        '/api/codex/runs/list?status=needs_iteration,needs_human&reason=ci_failed&issueNumber=762',
      )) as { runs: Record<string, unknown>[] }
      expect(listed.runs).toMatchObject([{ id: failed.id, prompt: null, nextPrompt: null }])
      const asked = (await get('/api/codex/runs/list?issueNumber=762&fields=nextPrompt')) as {
        runs: Record<string, unknown>[]
      }
      expect(asked.runs[0]?.nextPrompt).toContain('unit')
    })

    scenario('offers what the request would do, and keeps who did what', async (story) => {
      const { agent, github, run, act, get } = story
      await agent.finishes({ issue: 763, files: changeTo('d') }, ({ pull }) =>
        github.checks(pull).start('unit'),
      )
      const waiting = await run(763).waitsIn('waiting_for_ci')
      expect(waiting.headline).toBe(`unit still to end on ${String(waiting.commitSha).slice(0, 7)}`)
      const open = await readPage(story, waiting.id)
      expect(open.run.wait).toMatchObject({ for: 'ci', deadline: expect.any(String) })
      expect(open.blockers[0]).toMatchObject({
        kind: 'wait',
        owner: { kind: 'ci' },
        until: expect.any(String),
        afterwards: expect.stringContaining('another attempt'),
      })
      const bodies: Readonly<Record<string, unknown>> = {
        override: { outcome: 'closed', reason: 'no longer wanted' },
        stop: { reason: 'wrong issue' },
        grant: { attempts: 1 },
        rerun: { prompt: 'again' },
      }
      // An action that is refused answers with the reason that the page gives.
      for (const { name, allowed, because } of open.actions)
        if (!allowed && name !== 'answer' && name !== 'pause')
          expect(await act(waiting.id, name, bodies[name] ?? {})).toMatchObject({
            status: 409,
            body: { detail: because },
          })
      expect(open.actions.filter(({ allowed }) => !allowed).map(({ name }) => name)).toEqual([
        'rerun',
        'resume',
        'answer',
      ])
      expect((await act(waiting.id, 'stop', { reason: 'wrong issue' })).status).toBe(202)
      const closed = await readPage(story, waiting.id)
      expect(closed.run.headline).toMatch(/ stopped it: wrong issue$/)
      expect(closed.blockers).toMatchObject([{ kind: 'end', owner: { kind: 'person' } }])
      const audit = (await get(`/api/codex/audit?runId=${waiting.id}`)) as {
        entries: Record<string, unknown>[]
      }
      expect(audit.entries).toMatchObject([
        { action: 'stop', note: 'wrong issue', effect: 'stopped the run', issueNumber: 763 },
      ])
      const { entries } = (await get(`/api/codex/runs/${waiting.id}/timeline`)) as {
        entries: Record<string, unknown>[]
      }
      expect(entries).toContainEqual(
        expect.objectContaining({ kind: 'person', note: 'wrong issue' }),
      )
      expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => String(at)).toSorted())
      const all = (await get(`/api/codex/runs/${waiting.id}/timeline?all=1`)) as {
        entries: Record<string, unknown>[]
      }
      expect(new Set(all.entries.map(({ kind }) => kind))).toEqual(
        new Set(['step', 'signal', 'reading', 'person', 'effect', 'try']),
      )
    })
  },
)
