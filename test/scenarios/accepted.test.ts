import { expect } from 'vitest'
import { eventually } from '../harness/run-verbs.ts'
import { scenario } from '../harness/story.ts'
import { channels } from '../world/world.ts'

scenario(
  'a run completes with green CI, a clean review and a pass with evidence',
  async ({ agent, github, run, discord, model, get }) => {
    const { pull, commit } = await agent.finishes({ issue: 41 })
    await run(41).waitsIn('waiting_for_ci')
    github.checks(pull).succeed('unit')
    github.codexFindsNothing(pull)
    const ended = await run(41).ends('completed', 'accepted')

    expect(ended).toMatchObject({
      commitSha: commit,
      prNumber: pull.number,
      ciStatus: 'success',
      reviewStatus: 'approved',
      decision: 'pass',
      attempt: 1,
      attemptsUsed: 1,
    })
    expect(model.requests).toHaveLength(1)
    const [message] = await eventually('the success message', () =>
      discord.in(channels.success).length > 0 ? discord.in(channels.success) : null,
    )
    expect(message?.content).toMatch(/^✅ Codex completed acme\/widgets#41\.\nSummary: /)
    const status = await eventually('the commit status', () =>
      github
        .checks(pull)
        .statuses()
        .filter(({ context }) => context === 'codex-judge')
        .find(({ state }) => state === 'success'),
    )
    expect(status.description).toContain('accepted')
    const memories = await eventually('ten memories', async () => {
      const { memories } = (await get(
        '/api/memories?namespace=codex:acme/widgets:41&query=accepted&limit=50',
      )) as {
        memories: unknown[]
      }
      return memories.length > 0 ? memories : null
    })
    expect(memories.length).toBeGreaterThan(0)
  },
)
