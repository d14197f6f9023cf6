import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario } from '../harness/story.ts'
import type { PullRef } from '../world/github/state.ts'

/* Questions on the pull request, and answers there. */

const US = 'codex-judge'

const findPull = ({ github }: Story, { repository, number }: PullRef) => {
  const pull = github.state(repository).pulls.get(number)
  if (pull === undefined) throw new Error(`no pull request ${number}`)
  return pull
}
/** The comments of the service that ask or asked something. */
const listOurs = (story: Story, of: PullRef) =>
  findPull(story, of).comments.filter(
    ({ author, body }) => author === US && /Codex needs/.test(body),
  )
const awaitOurs = (story: Story, of: PullRef, text: RegExp) =>
  eventually(`our comment ${text}`, () => listOurs(story, of).find(({ body }) => text.test(body)))
const runIntoConflict = async (story: Story, issue: number) => {
  const { pull } = await story.agent.finishes({ issue }, (done) => {
    passChecksAndReview(story.github, done.pull)
    story.github.conflict(done.pull)
  })
  const run = await story.run(issue).ends('needs_human', 'merge_conflict')
  await awaitOurs(story, pull, /\/judge resume/)
  return { pull, run }
}
const awaitReaction = (content: string, comment: { readonly reactions: readonly unknown[] }) =>
  eventually(`the reaction ${content}`, () =>
    comment.reactions.find((one) => JSON.stringify(one).includes(`"${content}"`)),
  )

scenario(
  'a question stands once on the pull request, and people who may write there answer it once',
  async (story) => {
    const { github, run, dispatcher } = story
    const { pull, run: asked } = await runIntoConflict(story, 61)
    github.associate('stranger', 'NONE')
    github.associate('helper', 'COLLABORATOR')
    // None of these counts: no rights, a bot, our own account, edited, quoted, not offered.
    const stranger = github.comment(pull, 'stranger', '/judge close')
    const helper = github.comment(pull, 'helper', '/judge close')
    github.comment(pull, 'dependabot[bot]', '/judge close')
    github.comment(pull, US, '/judge close')
    const edited = github.comment(pull, 'ana', 'let me think')
    github.editComment(pull, edited, '/judge close')
    github.comment(pull, 'ana', '> /judge close')
    const accept = github.comment(pull, 'ana', '/judge accept')
    for (const refused of [stranger, helper, accept]) await awaitReaction('confused', refused)
    expect(await run(61).now()).toMatchObject({ id: asked.id, status: 'needs_human' })

    const answer = github.comment(pull, 'ana', '/judge rerun\nRebase it on main first.')
    await awaitReaction('+1', answer)
    const again = github.comment(pull, 'ana', '/judge rerun')
    await awaitOurs(story, pull, /\*\*Answered by ana: another attempt was requested\.\*\* Rebase/)
    const tasks = await eventually('the attempt', () =>
      dispatcher.started().length > 0 ? dispatcher.started() : null,
    )
    expect(tasks).toHaveLength(1)
    expect(tasks[0]?.task.prompt).toContain('Rebase it on main first.')
    const { escalations } = (await story.get('/api/codex/escalations')) as {
      escalations: Readonly<Record<string, unknown>>[]
    }
    expect(escalations).toMatchObject([
      { state: 'answered', answeredBy: 'github:ana', answer: { option: 'rerun' } },
    ])
    expect(await story.get('/api/codex/audit')).toMatchObject({
      entries: [
        {
          ...{ actor: 'github:ana', action: 'answer', runId: asked.id },
          note: 'Rebase it on main first.',
        },
      ],
    })
    expect(again.reactions).toEqual([])
    expect(listOurs(story, pull)).toHaveLength(1)
    expect(listOurs(story, pull)[0]?.body).not.toContain('/judge')
  },
)

scenario(
  'another question of the pull request is asked in the same comment, and a newer run ends it',
  async (story) => {
    const { github, run, act } = story
    const { pull } = await runIntoConflict(story, 62)
    const [first] = listOurs(story, pull)
    github.comment(pull, 'ana', '/judge resume It is resolved.')
    await eventually('the next question', async () => {
      const { escalations } = (await story.get('/api/codex/escalations')) as {
        escalations: { state: string; answeredBy: string | null }[]
      }
      return escalations.map(({ state }) => state).join() === 'open,answered'
    })
    // The conflict is still there. The answer to the first question is none to the second.
    await awaitOurs(story, pull, /\/judge resume/)
    const asked = await run(62).ends('needs_human', 'merge_conflict')
    await story.agent.finishes({ issue: 62, files: { 'src/widget.ts': '// again\n' } }, (done) => {
      github.conflict(done.pull)
    })
    await eventually('the first run to be superseded', async () =>
      (await run(62).all()).some(({ id, status }) => id === asked.id && status === 'superseded'),
    )
    const last = await run(62).ends('needs_human', 'merge_conflict')
    await act(last.id, 'override', { outcome: 'completed', reason: 'It is fine.' })
    await awaitOurs(story, pull, /Answered by .*completed .*It is fine\./)
    const all = listOurs(story, pull)
    expect(all).toHaveLength(1)
    expect(all[0]?.id).toBe(first?.id)
  },
)

scenario(
  'without webhooks, answers are found by looking, and a lost answer of GitHub makes no second comment',
  async (story) => {
    const { github, run } = story
    github.faults.next(/^POST .*\/issues\/\d+\/comments$/, { kind: 'hang_up', when: 'after' })
    const { pull } = await runIntoConflict(story, 63)
    expect(listOurs(story, pull)).toHaveLength(1)
    github.comment(pull, 'ana', '/judge close no longer needed')
    await run(63).comesTo('was closed', ({ status }) => status === 'closed')
    await awaitOurs(story, pull, /Answered by ana: closed .*no longer needed\./)
    expect(listOurs(story, pull)).toHaveLength(1)
  },
  { webhooks: false, policy: { escalation: { retry: '1s' } } },
)
