import { createAgent } from '../../test/world/agent.ts'
import { writeArtifacts } from '../../test/world/artifacts.ts'
import type { DispatchedTask } from '../../test/world/dispatcher.ts'
import type { PullRef } from '../../test/world/github/state.ts'
import type { Workflow } from '../../test/world/workflow.ts'
import type { World } from '../../test/world/world.ts'
import { readMessage, readTask, readWorkflow, type Task } from './messages.ts'
import type { Narrator } from './narrator.ts'
import type { Schedule } from './schedule.ts'
import type { Envelope, Story, StoryWork } from './stories.ts'

/** How long an agent works. */
const WORK_MS = 700

/** A message about a finished workflow. */
export interface CompletionReport {
  readonly issue: number
  readonly attempt: number
  readonly message: string
  readonly envelope: Envelope
  readonly uid: string
}

interface AgentDeps {
  readonly world: () => World
  readonly narrator: Narrator
  readonly schedule: Schedule
  /** Called when an agent starts to work on a branch. */
  readonly onStart: (branch: string, story: Story, work: StoryWork) => void
  readonly report: (completion: CompletionReport) => Promise<void>
}

/** Simulates the coding agents: the runs of the messages, and those that the service dispatches. */
export function createAgents({ world, narrator, schedule, onStart, report }: AgentDeps) {
  const attempts = new Map<number, number>()

  /** Pushes the work of a message's run, stores its artifacts, and sends the message. */
  const firstAttempt = async (story: Story): Promise<void> => {
    const workflow = readWorkflow(story)
    const task = readTask(workflow)
    const work = getWork(story, 1)
    onStart(task.head, story, work)
    const commit = pushWork(world(), { story, task, work })
    narrator.tell(
      'agent',
      story.issue,
      commit ? `pushes ${task.head} and opens a pull request` : work.lastMessage,
    )
    await writeArtifacts(workflow, world().storeDir, {
      repository: task.repository,
      issueNumber: story.issue,
      prompt: task.prompt,
      commit,
      lastMessage: work.lastMessage,
      ...(work.pushes
        ? { files: work.pushes }
        : { status: 'the agent ended before it committed anything\n' }),
    })
    world().argo.put(workflow)
    await report(buildReport(story))
  }

  /** Works on a dispatched task, and sends a message about it. */
  const nextAttempt = async (
    story: Story,
    { task, workflowName }: DispatchedTask,
  ): Promise<void> => {
    const attempt = (attempts.get(story.issue) ?? 1) + 1
    attempts.set(story.issue, attempt)
    const work = getWork(story, attempt)
    onStart(task.head, story, work)
    await schedule.wait(WORK_MS)
    const { startedAt, finishedAt } = chooseTimes(readWorkflow(story))
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
      output: { lastMessage: work.lastMessage },
    })
    const resolved = pull === null ? 0 : resolveThreads(world(), pull)
    const also = resolved > 0 ? 'resolves the review thread' : 'opens a pull request'
    narrator.tell('agent', story.issue, `pushes ${task.head} and ${also}`)
    const { envelope } = work
    const message =
      envelope === 'kubectl' ? JSON.stringify(workflow) : JSON.stringify(addSummary(workflow))
    await report({
      issue: story.issue,
      attempt,
      message,
      envelope,
      uid: workflow.metadata.uid,
    })
  }

  return { firstAttempt, nextAttempt, reportAgain: (story: Story) => report(buildReport(story)) }
}

const buildReport = (story: Story): CompletionReport => ({
  issue: story.issue,
  attempt: 1,
  message: readMessage(story),
  envelope: getWork(story, 1).envelope,
  uid: readWorkflow(story).metadata.uid,
})

function getWork(story: Story, attempt: number): StoryWork {
  const work = story.works[attempt - 1]
  if (!work) throw new Error(`The story of #${story.issue} has no attempt ${attempt}.`)
  return work
}

function pushWork(
  { github }: World,
  { story, task, work }: { story: Story; task: Task; work: StoryWork },
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
 * The messages have fixed dates, so the times of a later attempt must not depend on the clock
 * alone.
 */
function chooseTimes(earlier: Workflow): { readonly startedAt: Date; readonly finishedAt: Date } {
  const finishedAt = Math.max(Date.now(), Date.parse(earlier.status?.finishedAt ?? '') + 60_000)
  return { startedAt: new Date(finishedAt - WORK_MS), finishedAt: new Date(finishedAt) }
}

/** The workflow with a summary beside it, as the sensor in `argo/` sends it. */
const addSummary = (workflow: Workflow): object => ({
  run: { ...workflow.metadata, ...workflow.status, nodes: undefined },
  trimmed: [],
  workflow,
})
