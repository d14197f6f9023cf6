import { createAgent } from '../../test/world/agent.ts'
import { artifactsFor } from '../../test/world/artifacts.ts'
import type { Submitted } from '../../test/world/dispatcher.ts'
import type { PullRef } from '../../test/world/github/review-verbs.ts'
import type { Workflow } from '../../test/world/workflow.ts'
import type { World } from '../../test/world/world.ts'
import { messageOf, type Task, taskIn, workflowBehind } from './messages.ts'
import type { Narrator } from './narrator.ts'
import type { Schedule } from './schedule.ts'
import type { Envelope, Story, Work } from './stories.ts'

/** How long an agent works here. */
const workTakes = 700

/** A message about a finished workflow, ready to be sent. */
export interface Completion {
  readonly issue: number
  /** What it is called in the story. */
  readonly name: string
  readonly message: string
  readonly envelope: Envelope
  readonly uid: string
}

interface Deps {
  readonly world: () => World
  readonly narrator: Narrator
  readonly schedule: Schedule
  /** What is being worked on a branch from now on: CI and the reviewer go by it. */
  readonly begins: (branch: string, story: Story, work: Work) => void
  readonly report: (completion: Completion) => Promise<void>
}

/**
 * The coding agents: the runs that the messages tell of, and those that the service has dispatched
 * since.
 */
export function createAgents({ world, narrator, schedule, begins, report }: Deps) {
  const started = new Map<number, number>()

  /**
   * Does on GitHub what the run of a message did, leaves its artifacts, and has its message sent.
   */
  const firstAttempt = async (story: Story): Promise<void> => {
    const workflow = workflowBehind(story)
    const task = taskIn(workflow)
    const work = workOf(story, 1)
    begins(task.head, story, work)
    const commit = pushed(world(), { story, task, work })
    narrator.tell(
      'agent',
      story.issue,
      commit ? `pushes ${task.head} and opens a pull request` : work.lastWords,
    )
    await artifactsFor(workflow, world().storeDir, {
      repository: task.repository,
      issueNumber: story.issue,
      prompt: task.prompt,
      commit,
      lastMessage: work.lastWords,
      ...(work.pushes
        ? { files: work.pushes }
        : { status: 'the agent ended before it committed anything\n' }),
    })
    world().argo.put(workflow)
    await report(completionOf(story))
  }

  /** Works on the task of a dispatch: the prompt tells it what was wrong. */
  const nextAttempt = async (story: Story, { task, workflowName }: Submitted): Promise<void> => {
    const attempt = (started.get(story.issue) ?? 1) + 1
    started.set(story.issue, attempt)
    const work = workOf(story, attempt)
    begins(task.head, story, work)
    await schedule.wait(workTakes)
    const { startedAt, finishedAt } = timesAfter(workflowBehind(story))
    const { workflow, pull } = await createAgent(world()).works({
      repository: task.repository,
      issue: story.issue,
      branch: task.head,
      base: task.base,
      files: work.pushes,
      task,
      name: workflowName,
      startedAt,
      finishedAt,
      leftovers: { lastMessage: work.lastWords },
    })
    const resolved = pull === null ? 0 : resolveThreads(world(), pull)
    const also = resolved > 0 ? `, and resolves the review thread` : ' and opens a pull request'
    narrator.tell('agent', story.issue, `attempt ${attempt} pushes ${task.head}${also}`)
    const { envelope } = work
    const message =
      envelope === 'kubectl' ? JSON.stringify(workflow) : JSON.stringify(besideSummary(workflow))
    await report({
      issue: story.issue,
      name: workflowName,
      message,
      envelope,
      uid: workflow.metadata.uid,
    })
  }

  return { firstAttempt, nextAttempt, reportAgain: (story: Story) => report(completionOf(story)) }
}

const completionOf = (story: Story): Completion => ({
  issue: story.issue,
  name: story.message,
  message: messageOf(story),
  envelope: workOf(story, 1).envelope,
  uid: workflowBehind(story).metadata.uid,
})

function workOf(story: Story, attempt: number): Work {
  const work = story.works[attempt - 1]
  if (!work)
    throw new Error(
      `Attempt ${attempt} of #${story.issue} was dispatched, which no story tells of.`,
    )
  return work
}

function pushed(
  { github }: World,
  { story, task, work }: { story: Story; task: Task; work: Work },
): string | null {
  if (work.pushes === null) return null
  const { repository, head: branch, base } = task
  const commit = github.push(repository, branch, work.pushes, {
    message: `Try three times (#${story.issue})`,
  })
  const pull = github.openPullRequest(repository, {
    branch,
    base,
    title: `Fix #${story.issue}: ${task.issueTitle}`,
  })
  if (work.conflicts) github.conflict(pull)
  return commit
}

function resolveThreads({ github }: World, pull: PullRef): number {
  const open = github.pull(pull).threads.filter(({ resolved }) => !resolved)
  for (const thread of open) github.resolveThread(pull, thread, 'codex-agent')
  return open.length
}

/**
 * The messages bear dates of their own; an attempt that follows one is later than it, whatever the
 * clock here says.
 */
function timesAfter(earlier: Workflow): { readonly startedAt: Date; readonly finishedAt: Date } {
  const finishedAt = Math.max(Date.now(), Date.parse(earlier.status?.finishedAt ?? '') + 60_000)
  return { startedAt: new Date(finishedAt - workTakes), finishedAt: new Date(finishedAt) }
}

/** The object with its summary beside it, as our own sensor sends it. */
const besideSummary = (workflow: Workflow): object => ({
  run: { ...workflow.metadata, ...workflow.status, nodes: undefined },
  trimmed: [],
  workflow,
})
