import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { type Story, scenarioGroup } from '../harness/story.ts'

interface Memory {
  readonly kind: string
  readonly summary: string
  readonly content: string
  readonly tags: readonly string[]
}
const listMemories = async ({ get }: Story, issue: number) =>
  (
    (await get(`/api/memories?namespace=codex:acme/widgets:${issue}&query=conflict&limit=50`)) as {
      memories: Memory[]
    }
  ).memories

scenarioGroup(
  'status, memories and API show what happened to a run',
  { policy: { ci: { rerun_failed_once: false } } },
  (scenario) => {
    scenario('the commit status is only written when its text changes', async (story) => {
      const { agent, github, run } = story
      const { pull } = await agent.finishes({ issue: 301 }, (done) =>
        github.checks(done.pull).start('unit'),
      )
      const ours = () =>
        github
          .checks(pull)
          .statuses()
          .filter(({ context }) => context === 'codex-judge')
      await run(301).waitsIn('waiting_for_ci')
      for (const name of ['lint', 'types', 'e2e']) github.checks(pull).start(name)
      await github.webhooks.flush()
      for (const name of ['lint', 'types', 'e2e', 'unit']) github.checks(pull).succeed(name)
      await run(301).waitsIn('waiting_for_review')
      github.codexReviews(pull, [])
      await run(301).ends('completed', 'accepted')
      await run(301).settles()
      const texts = ours().map(({ state, description }) => `${state}: ${description}`)
      expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([])
      expect(
        ours()
          .map(({ state }) => state)
          .at(-1),
      ).toBe('success')
      expect(ours().every(({ targetUrl }) => targetUrl?.startsWith('http'))).toBe(true)
      expect(texts.length).toBeLessThanOrEqual(4)
    })

    scenario(
      'a decided run has ten memories, and a later decision replaces them',
      async (story) => {
        const { agent, github, run, act } = story
        await agent.finishes({ issue: 302 }, ({ pull }) => github.conflict(pull))
        const { id } = await run(302).ends('needs_human', 'merge_conflict')
        await run(302).settles()
        const before = await listMemories(story, 302)
        expect(new Set(before.map(({ kind }) => kind)).size).toBe(10)
        expect(before).toHaveLength(10)
        for (const { tags, summary } of before) {
          expect(summary.length).toBeGreaterThan(0)
          expect(tags).toEqual(
            expect.arrayContaining([
              expect.stringContaining('302'),
              expect.stringContaining('acme/widgets'),
            ]),
          )
        }
        await act(id, 'override', { outcome: 'completed', reason: 'merged by hand' })
        await run(302).settles()
        const after = await listMemories(story, 302)
        expect(after).toHaveLength(10)
        expect(after.map(({ content }) => content).join('\n')).toContain('merged by hand')
      },
    )

    scenario(
      'an open run shows what it waits for, until when, and what would change that',
      async (story) => {
        const { agent, github, run, get } = story
        const { pull } = await agent.finishes({ issue: 303 }, (done) =>
          github.checks(done.pull).start('unit'),
        )
        const { id } = await run(303).waitsIn('waiting_for_ci')
        const { waitingFor } = (await get(`/api/codex/runs/${id}/waiting`)) as {
          waitingFor: Record<string, unknown>[]
        }
        expect(waitingFor[0]).toMatchObject({
          what: 'ci',
          wouldChange: expect.arrayContaining(['ci', 'head']),
        })
        for (const { since, deadline } of waitingFor) {
          expect(since).toMatch(/^\d{4}-.*Z$/)
          expect(Date.parse(String(deadline))).toBeGreaterThan(Date.parse(String(since)))
        }
        expect((await run(303).now()).deadlineAt).toBe(waitingFor[0]?.deadline)
        passChecksAndReview(github, pull)
        await run(303).ends('completed', 'accepted')
        expect(await get(`/api/codex/runs/${id}/waiting`)).toMatchObject({ waitingFor: [] })
      },
    )

    scenario('a run shows its gates, decision, effects and transitions', async (story) => {
      const { agent, github, run, get } = story
      const { pull, commit } = await agent.finishes({ issue: 304 }, (done) => {
        github.checks(done.pull).fail('unit')
        github.codexReviews(done.pull, [
          { path: 'src/widget.ts', line: 1, priority: 'P1', title: 'No' },
        ])
      })
      const ended = await run(304).ends('needs_iteration', 'ci_failed')
      await run(304).settles()
      const detail = await run(304).detail()
      expect(detail.gates.map(({ name, result }) => `${name} ${result}`)).toEqual(
        expect.arrayContaining([
          'metadata pass',
          'workflow pass',
          'ci refuse',
          'review refuse',
          'behind pass',
        ]),
      )
      expect(detail.gates.every(({ because }) => because.length > 0)).toBe(true)
      expect(detail.decision).toMatchObject({
        outcome: 'needs_iteration',
        reason: 'ci_failed',
        by: 'service',
      })
      expect(detail.transitions[0]).toMatchObject({ from: null, to: 'run_complete' })
      expect(detail.transitions.at(-1)).toMatchObject({
        to: 'needs_iteration',
        because: expect.stringContaining('unit'),
      })
      expect(detail.effects.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['dispatch', 'status', 'remember']),
      )
      expect(detail.facts.filter(({ kind }) => kind === 'ci')).toContainEqual(
        expect.objectContaining({ commitSha: commit }),
      )
      expect(detail.artifacts).toContainEqual(
        expect.objectContaining({ name: 'implementation-events', state: 'found' }),
      )
      const prompt = (await get(`/api/codex/runs/${ended.id}/prompt`)) as { text: string }
      expect(prompt.text).toBe(ended.nextPrompt)
      expect(prompt.text).toContain('Make three attempts before the uploader gives up.')
      expect(await get(`/api/github/pulls/acme/widgets/${pull.number}/judge-runs`)).toMatchObject({
        ok: true,
        runs: [{ id: ended.id }],
      })
      expect(await get(`/api/codex/runs/list?reason=ci_failed&issueNumber=304`)).toMatchObject({
        total: 1,
        runs: [{ id: ended.id }],
      })
      expect(await get('/api/codex/issues?repository=acme/widgets')).toMatchObject({
        issues: expect.arrayContaining([
          expect.objectContaining({ issueNumber: 304, runCount: 1, status: 'needs_iteration' }),
        ]),
      })
      expect(await get('/api/codex/runs?repository=acme/widgets')).toMatchObject({
        code: 'bad_request',
      })
    })
  },
)
