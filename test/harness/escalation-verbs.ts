import { answerJson } from '../world/serve.ts'
import { channels } from '../world/world.ts'
import { passChecksAndReview } from './pass-checks-and-review.ts'
import { eventually } from './run-verbs.ts'
import type { Story } from './story.ts'

/** An escalation, reduced to what the tests read. */
export interface Escalation {
  readonly id: string
  readonly runId: string
  readonly reason: string
  readonly question: string
  readonly state: string
  readonly groupKey: string | null
  readonly runs: readonly { readonly id: string; readonly issueNumber: number }[]
  readonly options: readonly { readonly id: string }[]
  readonly answer: { readonly by: string; readonly because?: string } | null
}

export const listEscalations = async ({ get }: Story, query = ''): Promise<readonly Escalation[]> =>
  ((await get(`/api/codex/escalations${query}`)) as { escalations: Escalation[] }).escalations

export const countFrom = (from: number, runs: number): readonly number[] =>
  Array.from({ length: runs }, (_, index) => from + index)

/** Gives every issue a finished run that only the external systems can stop. */
export const finishAll = (story: Story, issues: readonly number[], repository = 'acme/widgets') =>
  Promise.all(
    issues.map((issue) =>
      story.agent.finishes({ issue, repository }, ({ pull }) =>
        passChecksAndReview(story.github, pull),
      ),
    ),
  )

export const endAll = (
  story: Story,
  issues: readonly number[],
  [status, reason]: readonly [string, string],
  repository = 'acme/widgets',
) => Promise.all(issues.map((issue) => story.run(issue, repository).ends(status, reason)))

/** Resolves when the runs have this status again, having been paused. */
export const awaitStatus = (
  story: Story,
  issues: readonly number[],
  status: string,
  repository = 'acme/widgets',
) =>
  Promise.all(
    issues.map((issue) =>
      story.run(issue, repository).comesTo(`went on to ${status}`, (run) => run.status === status),
    ),
  )

export const awaitOnlyEscalation = (story: Story, runs: number): Promise<Escalation> =>
  eventually(`one escalation of ${runs} runs`, async () => {
    const open = await listEscalations(story, '?state=open')
    return open.length === 1 && open[0]?.runs.length === runs ? open[0] : null
  })

export const awaitClosed = (story: Story, id: string): Promise<Escalation> =>
  eventually('the end of the escalation', async () =>
    (await listEscalations(story)).find((one) => one.id === id && one.state !== 'open'),
  )

export const listMessages = ({ discord }: Story) => discord.in(channels.escalation)
export const awaitMessage = (story: Story, text: RegExp | string) =>
  eventually(`the message ${text}`, () =>
    listMessages(story).find(({ content }) => content.match(text) !== null),
  )

export const answerAway = {
  when: 'before',
  answer: answerJson(503, { error: { message: 'overloaded' } }),
} as const
export const quickPolicy = {
  judge: { patience: '1s', timeout: '2s' },
  patience: { github: '1s', artifacts: '1s' },
  attempts: { backoff: ['1s'], dispatch_patience: '1s' },
  ci: { rerun_failed_once: false },
  escalation: { retry: '1s' },
}
