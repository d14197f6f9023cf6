import { create } from '@bufbuild/protobuf'
import { type CodexTask, CodexTaskSchema, CodexTaskStage } from '@codex-judge/proto/codex/v1'
import { type RunOutput, writeArtifacts } from './artifacts.ts'
import type { PullRef } from './github/state.ts'
import { buildWorkflow, type Workflow, type WorkflowOptions } from './workflow.ts'
import type { World } from './world.ts'

export interface Work {
  readonly repository?: string
  readonly issue: number
  readonly title?: string
  readonly body?: string
  readonly prompt?: string
  readonly branch?: string
  readonly base?: string
  /** The pushed files; null: the agent pushes nothing and opens no pull request. */
  readonly files?: Readonly<Record<string, string | null>> | null
  /** Git's modes of files that are not plain ones. */
  readonly modes?: Readonly<Record<string, string>>
  readonly opensPullRequest?: boolean
  readonly phase?: WorkflowOptions['phase']
  readonly message?: string
  readonly task?: CodexTask
  readonly output?: Partial<RunOutput>
  readonly artifacts?: readonly string[]
  readonly startedAt?: Date
  readonly finishedAt?: Date
  /** The workflow's name, if the submission has set one. */
  readonly name?: string
}

export interface FinishedWork {
  readonly workflow: Workflow
  readonly pull: PullRef | null
  readonly commit: string | null
}

/** The address of the work on GitHub. */
interface Target {
  readonly repository: string
  readonly branch: string
  readonly base: string
}

const DEFAULT_BODY =
  'The uploader gives up too early.\n\n## Acceptance criteria\n\n- three attempts are made\n'

/**
 * A coding agent: it pushes a branch for an issue, opens a pull request, and writes its artifacts.
 */
export function createAgent(world: Pick<World, 'github' | 'storeDir' | 'argo'>) {
  let runs = 0
  return {
    /** A whole run. Its completion is not reported to the service. */
    works: async (work: Work): Promise<FinishedWork> => {
      runs += 1
      const { repository = 'acme/widgets', branch = `codex/issue-${work.issue}` } = work
      const target = { repository, branch, base: work.base ?? 'main' }
      prepareIssue(world, work, repository)
      const commit = pushFiles(world, work, target)
      const pull = commit === null ? null : openPullRequest(world, work, target)
      const task = work.task ?? createTask(work, target)
      const workflow = finishWorkflow(task, work, runs)
      await writeArtifacts(workflow, world.storeDir, {
        repository,
        issueNumber: work.issue,
        prompt: task.prompt,
        commit,
        ...work.output,
      })
      world.argo.put(workflow)
      return { workflow, pull, commit }
    },
  }
}

/** Creates the repository and the issue if GitHub does not have them yet. */
function prepareIssue({ github }: Pick<World, 'github'>, work: Work, repository: string): void {
  if (!hasRepository({ github }, repository))
    github.repository(repository, {
      'README.md': `# ${repository}\n`,
      'src/widget.ts': 'export const retries = 0\n',
    })
  if (github.state(repository).issues.has(work.issue)) return
  github.issue(repository, {
    number: work.issue,
    title: work.title ?? `Issue ${work.issue}`,
    body: work.body ?? DEFAULT_BODY,
  })
}

function hasRepository({ github }: Pick<World, 'github'>, repository: string): boolean {
  try {
    github.state(repository)
    return true
  } catch {
    return false
  }
}

function pushFiles(
  { github }: Pick<World, 'github'>,
  work: Work,
  { repository, branch }: Target,
): string | null {
  const {
    files = {
      'src/widget.ts': 'export const retries = 3\n',
      'src/widget.test.ts': `test('three attempts are made', () => {})\n`,
    },
  } = work
  return files === null
    ? null
    : github.push(repository, branch, files, {
        message: `Work on #${work.issue}`,
        ...(work.modes ? { modes: work.modes } : {}),
      })
}

/** The open pull request of the branch, or a new one. */
function openPullRequest(
  { github }: Pick<World, 'github'>,
  work: Work,
  { repository, branch, base }: Target,
): PullRef | null {
  if (work.opensPullRequest === false) return null
  const open = [...github.state(repository).pulls.values()].find(
    (pull) => pull.headBranch === branch && pull.state === 'open',
  )
  return open
    ? { repository, number: open.number }
    : github.openPullRequest(repository, { branch, base, title: `Fix #${work.issue}` })
}

function finishWorkflow(task: CodexTask, work: Work, ordinal: number): Workflow {
  const finishedAt = work.finishedAt ?? new Date()
  const startedAt = work.startedAt ?? new Date(finishedAt.getTime() - 1)
  return buildWorkflow(task, {
    name: work.name ?? `codex-implementation-${work.issue}-${ordinal}`,
    uid: `5d0c0000-0000-4000-8000-${String(work.issue * 1000 + ordinal).padStart(12, '0')}`,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    ...(work.phase ? { phase: work.phase } : {}),
    ...(work.message ? { message: work.message } : {}),
    ...(work.artifacts ? { artifacts: work.artifacts } : {}),
  })
}

function createTask(work: Work, { repository, branch, base }: Target): CodexTask {
  return create(CodexTaskSchema, {
    stage: CodexTaskStage.IMPLEMENTATION,
    prompt: work.prompt ?? 'Make three attempts before the uploader gives up.',
    repository,
    base,
    head: branch,
    issueNumber: BigInt(work.issue),
    issueUrl: `https://github.com/${repository}/issues/${work.issue}`,
    issueTitle: work.title ?? `Issue ${work.issue}`,
    issueBody: work.body ?? DEFAULT_BODY,
    sender: 'octo-dev',
    deliveryId: `first-${work.issue}`,
  })
}
