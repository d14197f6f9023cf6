import { create } from '@bufbuild/protobuf'
import { type CodexTask, CodexTaskSchema, CodexTaskStage } from '@codex-judge/proto/codex/v1'
import { artifactsFor, type Leftovers } from './artifacts.ts'
import type { PullRef } from './github/review-verbs.ts'
import { type Workflow, type WorkflowOf, workflowOf } from './workflow.ts'
import type { World } from './world.ts'

export interface Work {
  readonly repository?: string
  readonly issue: number
  readonly title?: string
  readonly body?: string
  readonly prompt?: string
  readonly branch?: string
  readonly base?: string
  /** What it pushes; null: it pushes nothing, and opens no pull request. */
  readonly files?: Readonly<Record<string, string | null>> | null
  readonly opensPullRequest?: boolean
  readonly phase?: WorkflowOf['phase']
  readonly message?: string
  readonly task?: CodexTask
  readonly leftovers?: Partial<Leftovers>
  readonly artifacts?: readonly string[]
  readonly startedAt?: Date
  readonly finishedAt?: Date
  /** The workflow's name, where whoever submitted it chose one. */
  readonly name?: string
}

export interface Finished {
  readonly workflow: Workflow
  readonly pull: PullRef | null
  readonly commit: string | null
}

/**
 * What an agent does when it is given an issue: pushes a branch, opens a pull request, and leaves
 * its artifacts.
 */
export function createAgent(world: Pick<World, 'github' | 'storeDir' | 'argo'>) {
  let runs = 0
  return {
    /** The whole of a run; nobody is told that it finished. */
    works: async (work: Work): Promise<Finished> => {
      runs += 1
      const {
        repository = 'acme/widgets',
        branch = `codex/issue-${work.issue}`,
        base = 'main',
      } = work
      const { github } = world
      const known = exists(() => github.see(repository))
      if (!known)
        github.repository(repository, {
          'README.md': `# ${repository}\n`,
          'src/widget.ts': 'export const retries = 0\n',
        })
      if (!github.see(repository).issues.has(work.issue)) {
        github.issue(repository, {
          number: work.issue,
          title: work.title ?? `Issue ${work.issue}`,
          body:
            work.body ??
            'The uploader gives up too early.\n\n## Acceptance criteria\n\n- three attempts are made\n',
        })
      }
      const files =
        work.files === undefined
          ? {
              'src/widget.ts': `export const retries = 3\n`,
              'src/widget.test.ts': `test('three attempts are made', () => {})\n`,
            }
          : work.files
      const commit =
        files === null
          ? null
          : github.push(repository, branch, files, { message: `Work on #${work.issue}` })
      const open = [...github.see(repository).pulls.values()].find(
        (pull) => pull.headBranch === branch && pull.state === 'open',
      )
      const pull =
        files === null || work.opensPullRequest === false
          ? null
          : open
            ? { repository, number: open.number }
            : github.openPullRequest(repository, { branch, base, title: `Fix #${work.issue}` })
      const finishedAt = work.finishedAt ?? new Date()
      const startedAt = work.startedAt ?? new Date(finishedAt.getTime() - 1)
      const task = work.task ?? taskOf(work, { repository, branch, base })
      const workflow = workflowOf(task, {
        name: work.name ?? `codex-implementation-${work.issue}-${runs}`,
        uid: `5d0c0000-0000-4000-8000-${String(work.issue * 1000 + runs).padStart(12, '0')}`,
        startedAt: startedAt.toISOString(),
        finishedAt: finishedAt.toISOString(),
        ...(work.phase ? { phase: work.phase } : {}),
        ...(work.message ? { message: work.message } : {}),
        ...(work.artifacts ? { artifacts: work.artifacts } : {}),
      })
      await artifactsFor(workflow, world.storeDir, {
        repository,
        issueNumber: work.issue,
        prompt: task.prompt,
        commit,
        ...work.leftovers,
      })
      world.argo.put(workflow)
      return { workflow, pull, commit }
    },
  }
}

function taskOf(
  work: Work,
  { repository, branch, base }: { repository: string; branch: string; base: string },
): CodexTask {
  return create(CodexTaskSchema, {
    stage: CodexTaskStage.IMPLEMENTATION,
    prompt: work.prompt ?? 'Make three attempts before the uploader gives up.',
    repository,
    base,
    head: branch,
    issueNumber: BigInt(work.issue),
    issueUrl: `https://github.com/${repository}/issues/${work.issue}`,
    issueTitle: work.title ?? `Issue ${work.issue}`,
    issueBody:
      work.body ??
      'The uploader gives up too early.\n\n## Acceptance criteria\n\n- three attempts are made\n',
    sender: 'octo-dev',
    deliveryId: `first-${work.issue}`,
  })
}

function exists(look: () => unknown): boolean {
  try {
    look()
    return true
  } catch {
    return false
  }
}
