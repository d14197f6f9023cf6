import { join } from 'node:path'
import type { Message } from '../../test/world/discord.ts'
import type { Submitted } from '../../test/world/dispatcher.ts'
import type { About, Issue, Repository } from '../../test/world/github/state.ts'
import { passes } from '../../test/world/model.ts'
import { channels, createWorld, type World } from '../../test/world/world.ts'
import { type Completion, createAgents } from './agents.ts'
import { createCi } from './ci.ts'
import { repositoryFiles } from './code.ts'
import { taskIn, workflowBehind } from './messages.ts'
import { type Narrator, paint } from './narrator.ts'
import { createReviewer } from './reviewer.ts'
import type { Schedule } from './schedule.ts'
import type { Seen, Story, Work } from './stories.ts'

interface Deps {
  readonly directory: string
  readonly stories: readonly Story[]
  readonly narrator: Narrator
  readonly schedule: Schedule
  readonly report: (completion: Completion) => Promise<void>
}

export interface Outside {
  readonly world: World
  /**
   * The run that a message tells of ends: GitHub has its work, the store its artifacts, and the
   * message is sent.
   */
  readonly finish: (story: Story) => Promise<void>
  /** The same message once more: Argo Events delivers at least once. */
  readonly repeat: (story: Story) => Promise<void>
  readonly seen: (issue: number) => Seen
}

/**
 * The simulated outside, with somebody in it who acts: an agent, CI, the reviewer, a model. It
 * tells what it sees of the service.
 */
export async function createOutside({
  directory,
  stories,
  narrator,
  schedule,
  report,
}: Deps): Promise<Outside> {
  const current = new Map<string, { readonly issue: number; readonly work: Work }>()
  const issueOf = (branch: string): number => current.get(branch)?.issue ?? 0
  const storyOf = (issue: number): Story => {
    const story = stories.find((one) => one.issue === issue)
    if (!story) throw new Error(`Nobody tells a story of #${issue}.`)
    return story
  }
  // The parts of the world know each other only through what happens, and everything happens after
  // it is made.
  const made: { world?: World } = {}
  const world = (): World => {
    if (!made.world) throw new Error('Nothing happens before there is a world.')
    return made.world
  }
  const github = () => world().github
  const ci = createCi({ github, narrator, schedule, issueOf })
  const reviewer = createReviewer({
    github,
    narrator,
    schedule,
    issueOf,
    findingsOn: (branch) => current.get(branch)?.work.findings ?? [],
  })
  const agents = createAgents({
    world,
    narrator,
    schedule,
    begins: (branch, { issue }, work) => current.set(branch, { issue, work }),
    report,
  })

  const changed = (
    event: string,
    action: string | null,
    { repository, pull, status }: About,
  ): void => {
    if (event === 'status' && status?.creator === 'codex-judge') {
      const branch = [...repository.branches].find(([, head]) => head === status.sha)?.[0] ?? ''
      const text = `commit status ${status.state}: ${status.description ?? ''}`
      narrator.tell(
        'github',
        issueOf(branch),
        status.state === 'pending' ? paint('dim', text) : text,
      )
    }
    if (event !== 'pull_request' || !pull || (action !== 'opened' && action !== 'synchronize'))
      return
    const { headBranch: branch, head: sha, number } = pull
    const { fullName } = repository
    ci.tests({ repository: fullName, branch, sha, unit: current.get(branch)?.work.unit ?? [] })
    if (action === 'opened') reviewer.looks({ repository: fullName, number })
  }

  const commented = ({ fullName }: Repository, issue: Issue, body: string): void => {
    if (!('headBranch' in issue) || !body.includes('@codex review')) return
    narrator.tell(
      'github',
      issueOf(String(issue.headBranch)),
      `the service comments on #${issue.number}: @codex review`,
    )
    reviewer.looks({ repository: fullName, number: issue.number })
  }

  const submitted = (dispatch: Submitted): void => {
    const issue = Number(dispatch.task.issueNumber)
    narrator.tell(
      'dispatcher',
      issue,
      `is given ${dispatch.task.deliveryId}, whose prompt says what is wrong:`,
    )
    narrator.quote(whatIsWrong(dispatch.task.prompt))
    schedule.later(0, () => agents.nextAttempt(storyOf(issue), dispatch))
  }

  made.world = await createWorld({
    storeDir: join(directory, 'artifacts'),
    github: { onChange: changed, onRerun: ci.rerun, onComment: commented },
    dispatcher: { onStart: submitted, now: () => new Date() },
    discord: { onMessage: (message) => tellMessage(narrator, message) },
  })
  made.world.model.behaves((asked, prompt) => {
    const issue = Number(/acme\/widgets#(\d+)/.exec(asked.user)?.[1] ?? 0)
    narrator.tell(
      'model',
      issue,
      `${asked.model} is asked, and proves its pass by lines of the change`,
    )
    return passes()(asked, prompt)
  })
  return {
    world: made.world,
    finish: agents.firstAttempt,
    repeat: agents.reportAgain,
    seen: (issue) => ({ ...seenOf(world(), issue), reruns: ci.reruns(issue) }),
  }
}

function seenOf({ dispatcher, discord }: World, issue: number): Omit<Seen, 'reruns'> {
  const messages = (channel: string) =>
    discord.in(channel).filter(({ content }) => issueIn(content) === issue).length
  return {
    dispatches: dispatcher.started().filter(({ task }) => Number(task.issueNumber) === issue)
      .length,
    successMessages: messages(channels.success),
    escalationMessages: messages(channels.escalation),
  }
}

/** The repository and its issues, as the messages name them. */
export function populate({ github }: World, stories: readonly Story[]): void {
  for (const story of stories) {
    const { repository, issueTitle: title, issueBody: body } = taskIn(workflowBehind(story))
    if (story === stories[0]) github.repository(repository, repositoryFiles)
    github.issue(repository, { number: story.issue, title, body })
  }
}

function tellMessage(narrator: Narrator, { content, channelId }: Message): void {
  const issue = issueIn(content)
  const [first = '', ...rest] = content.split('\n')
  narrator.tell('discord', issue, first)
  narrator.quote(channelId === channels.success ? (rest[0] ?? '') : rest.join('\n'))
}

/** The issue that a message names in its first line. */
const issueIn = (message: string): number => Number(/#(\d+)\.$/m.exec(message)?.[1] ?? 0)

const excerptLines = 10

/**
 * What the next prompt adds to the task: the list of what is wrong, without blank lines and fences,
 * and not the whole of it.
 */
function whatIsWrong(prompt: string): string {
  const [, list = prompt] =
    /^## What attempt[^\n]*\n([\s\S]*?)(?=^## How to go on|$(?![\s\S]))/m.exec(prompt) ?? []
  const lines = list.split('\n').filter((line) => !/^\s*(?:`{3,}.*)?$/.test(line))
  return [...lines.slice(0, excerptLines), ...(lines.length > excerptLines ? ['…'] : [])].join('\n')
}
