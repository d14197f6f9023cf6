import { join } from 'node:path'
import type { DiscordMessage } from '../../test/world/discord.ts'
import type { DispatchedTask } from '../../test/world/dispatcher.ts'
import { type ChangeDetails, type Issue, isPull } from '../../test/world/github/state.ts'
import { answerPass, type Behaviour } from '../../test/world/model.ts'
import { channels, createWorld, type World } from '../../test/world/world.ts'
import { type CompletionReport, createAgents } from './agents.ts'
import { createCi } from './ci.ts'
import { repositoryFiles } from './code.ts'
import { readTask, readWorkflow } from './messages.ts'
import { type Narrator, paint } from './narrator.ts'
import { createReviewer } from './reviewer.ts'
import type { Schedule } from './schedule.ts'
import type { SeenEffects, Story, StoryWork } from './stories.ts'

interface SimulationDeps {
  readonly directory: string
  readonly stories: readonly Story[]
  readonly narrator: Narrator
  readonly schedule: Schedule
  readonly report: (completion: CompletionReport) => Promise<void>
}

export interface Simulation {
  readonly world: World
  /**
   * Ends the run of a story's message: pushes its work, stores its artifacts, sends the message.
   */
  readonly finishFirstAttempt: (story: Story) => Promise<void>
  /** Sends the same message again, because Argo Events delivers at least once. */
  readonly reportAgain: (story: Story) => Promise<void>
  readonly countSeen: (issue: number) => SeenEffects
}

/** Creates the simulated systems, in which an agent, CI, the reviewer and a model act. */
export async function createSimulation(deps: SimulationDeps): Promise<Simulation> {
  const { directory, narrator, schedule, report } = deps
  const works = createWorkRegistry()
  // The actors need the world and the world needs the actors, but they only act once it exists.
  const created: { world?: World } = {}
  const world = (): World => {
    if (!created.world) throw new Error('The simulation has not been created yet.')
    return created.world
  }
  const github = () => world().github
  const { findIssue, getFindings } = works
  const ci = createCi({ github, narrator, schedule, findIssue })
  const reviewer = createReviewer({ github, narrator, schedule, findIssue, getFindings })
  const agents = createAgents({ world, narrator, schedule, onStart: works.start, report })

  created.world = await createWorld({
    storeDir: join(directory, 'artifacts'),
    github: {
      onChange: (event, action, details) => {
        narrateStatus(deps, findIssue, details)
        const { repository, pull } = details
        if (event !== 'pull_request' || !pull) return
        if (action !== 'opened' && action !== 'synchronize') return
        const { fullName } = repository
        const commit = { repository: fullName, branch: pull.headBranch, sha: pull.head }
        ci.startChecks(commit, works.getUnitResults(pull.headBranch))
        if (action === 'opened') reviewer.reviewLater({ repository: fullName, number: pull.number })
      },
      onRerun: ci.rerun,
      onComment: ({ fullName }, issue: Issue, body) => {
        if (!isPull(issue) || !body.includes('@codex review')) return
        const text = `the service comments on #${issue.number}: @codex review`
        narrator.tell('github', findIssue(issue.headBranch), text)
        reviewer.reviewLater({ repository: fullName, number: issue.number })
      },
    },
    dispatcher: {
      onStart: (dispatched) => {
        narrateDispatch(narrator, dispatched)
        const story = findStory(deps.stories, Number(dispatched.task.issueNumber))
        schedule.later(0, () => agents.nextAttempt(story, dispatched))
      },
      now: () => new Date(),
    },
    discord: { onMessage: (message) => narrateMessage(narrator, message) },
  })
  created.world.model.behaves(passWithEvidence(narrator))
  return {
    world: created.world,
    finishFirstAttempt: agents.firstAttempt,
    reportAgain: agents.reportAgain,
    countSeen: (issue) => ({ ...countSeen(world(), issue), reruns: ci.countReruns(issue) }),
  }
}

/** What the agents are working on, by branch. */
function createWorkRegistry() {
  const current = new Map<string, { readonly issue: number; readonly work: StoryWork }>()
  return {
    start: (branch: string, { issue }: Story, work: StoryWork): void => {
      current.set(branch, { issue, work })
    },
    findIssue: (branch: string): number => current.get(branch)?.issue ?? 0,
    getFindings: (branch: string) => current.get(branch)?.work.findings ?? [],
    getUnitResults: (branch: string) => current.get(branch)?.work.unit ?? [],
  }
}

function findStory(stories: readonly Story[], issue: number): Story {
  const story = stories.find((one) => one.issue === issue)
  if (!story) throw new Error(`No story is about #${issue}.`)
  return story
}

function narrateStatus(
  { narrator }: Pick<SimulationDeps, 'narrator'>,
  findIssue: (branch: string) => number,
  { repository, status }: ChangeDetails,
): void {
  if (status?.creator !== 'codex-judge') return
  const branch = [...repository.branches].find(([, head]) => head === status.sha)?.[0] ?? ''
  const text = `commit status ${status.state}: ${status.description ?? ''}`
  const painted = status.state === 'pending' ? paint('dim', text) : text
  narrator.tell('github', findIssue(branch), painted)
}

function narrateDispatch(narrator: Narrator, { task }: DispatchedTask): void {
  const text = `starts ${task.deliveryId}, whose prompt names what failed`
  narrator.tell('dispatcher', Number(task.issueNumber), text)
  narrator.quote(excerptProblems(task.prompt))
}

const passWithEvidence =
  (narrator: Narrator): Behaviour =>
  (request, prompt) => {
    const issue = Number(/acme\/widgets#(\d+)/.exec(request.user)?.[1] ?? 0)
    narrator.tell('model', issue, `${request.model} passes it, and cites lines of the change`)
    return answerPass()(request, prompt)
  }

function countSeen({ dispatcher, discord }: World, issue: number): Omit<SeenEffects, 'reruns'> {
  const countMessages = (channel: string) =>
    discord.in(channel).filter(({ content }) => readIssue(content) === issue).length
  const tasks = dispatcher.started().filter(({ task }) => Number(task.issueNumber) === issue)
  return {
    dispatches: tasks.length,
    successMessages: countMessages(channels.success),
    escalationMessages: countMessages(channels.escalation),
  }
}

/** Creates the repository and the issues that the messages name. */
export function populate({ github }: World, stories: readonly Story[]): void {
  for (const story of stories) {
    const { repository, issueTitle: title, issueBody: body } = readTask(readWorkflow(story))
    if (story === stories[0]) github.repository(repository, repositoryFiles)
    github.issue(repository, { number: story.issue, title, body })
  }
}

function narrateMessage(narrator: Narrator, { content, channelId }: DiscordMessage): void {
  const issue = readIssue(content)
  const [first = '', ...rest] = content.split('\n')
  narrator.tell('discord', issue, first)
  narrator.quote(channelId === channels.success ? (rest[0] ?? '') : rest.join('\n'))
}

/** The issue in the first line of a message. */
const readIssue = (message: string): number => Number(/#(\d+)\.$/m.exec(message)?.[1] ?? 0)

const EXCERPT_LINES = 10

/** The first lines of what the next prompt adds to the task, without blank lines and fences. */
function excerptProblems(prompt: string): string {
  const [, list = prompt] =
    /^## What attempt[^\n]*\n([\s\S]*?)(?=^## How to |$(?![\s\S]))/m.exec(prompt) ?? []
  const lines = list.split('\n').filter((line) => !/^\s*(?:`{3,}.*)?$/.test(line))
  const more = lines.length > EXCERPT_LINES ? ['…'] : []
  return [...lines.slice(0, EXCERPT_LINES), ...more].join('\n')
}
