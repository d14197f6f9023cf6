import type { CodexTask } from '@codex-judge/proto/codex/v1'
import { createAgent, type Work } from '../world/agent.ts'
import { isPull } from '../world/github/state.ts'
import { answerFail, answerPass } from '../world/model.ts'
import { createWorld, type World } from '../world/world.ts'
import { createCompletionReports } from './completion-reports.ts'
import { type AttemptScript, type IssueScript, issueScripts } from './issue-scripts.ts'
import {
  createRandomCi,
  createRandomReviewer,
  formatBranch,
  hasConflict,
  REPOSITORY,
} from './random-github.ts'

export interface RandomWorld {
  readonly world: World
  /** The uids of the workflows that a service has accepted, one entry for each. */
  readonly accepted: readonly string[]
  /** The services that completions are sent to; the senders wait while there is none. */
  serviceUrls: readonly string[]
  /** Creates all issues, and has agents start on these of them. Default: on all. */
  begin(issues?: readonly number[]): Promise<void>
  /** Has agents start on further issues. */
  start(issues: readonly number[]): void
  /** Resolves when no completion is in flight. */
  flushReports(): Promise<void>
  close(): Promise<void>
}

/**
 * A world that runs by itself, at random times: agents work on the issues and on dispatched tasks,
 * CI and the reviewer handle what is pushed, and completions are sent at least once.
 */
export async function createRandomWorld(
  random: () => number,
  scripts: readonly IssueScript[] = issueScripts,
): Promise<RandomWorld> {
  const timers = createTimers(random)
  const attempts = createAttempts(scripts)
  const reports = createCompletionReports(random, () => randomWorld.serviceUrls)
  const github = () => world.github
  const deps = { ...attempts, github, later: (act: () => void) => timers.later(act) }
  const ci = createRandomCi(deps)
  const reviewer = createRandomReviewer(deps)

  const world = await createWorld({
    github: {
      onChange: (event, action, { pull }) => {
        if (event !== 'pull_request' || !pull || (action !== 'opened' && action !== 'synchronize'))
          return
        if (hasConflict(pull, attempts.getScript)) pull.conflicting = true
        ci.run(pull)
        reviewer.review(pull, { isRequested: false })
      },
      onRerun: (_repository, [run]) => ci.rerun(run?.sha ?? ''),
      onComment: (_repository, issue, body) => {
        if (isPull(issue) && body.startsWith('@codex review'))
          reviewer.review(issue, { isRequested: true })
      },
    },
    dispatcher: { onStart: ({ task }) => timers.later(() => work(Number(task.issueNumber), task)) },
  })
  world.model.behaves((request, prompt) => {
    const issue = Number(/for issue #(\d+), against/.exec(request.system + request.user)?.[1])
    const isRejected = attempts.getScript(issue).judge === 'rejects'
    return (isRejected ? answerFail(['three attempts are made']) : answerPass())(request, prompt)
  })

  const agent = createAgent(world)
  const work = (issue: number, task?: CodexTask): void => {
    const job = createWork(issue, attempts.start(issue), attempts.getScript(issue))
    const finished = agent.works({ ...job, ...(task ? { task } : {}) })
    reports.report(finished.then(({ workflow }) => workflow))
  }

  const randomWorld: RandomWorld = {
    world,
    accepted: reports.accepted,
    serviceUrls: [],
    begin: async (issues = scripts.map(({ issue }) => issue)) => {
      createIssues(world, scripts)
      randomWorld.start(issues)
    },
    start: (issues) => {
      for (const issue of issues) timers.later(() => work(issue), 0, 2_000)
    },
    flushReports: reports.flush,
    close: async () => {
      reports.close()
      timers.clear()
      await world.close()
    },
  }
  return randomWorld
}

function createTimers(random: () => number) {
  const timers = new Set<NodeJS.Timeout>()
  return {
    later(act: () => void, minMs = 50, maxMs = 500): void {
      const timer = setTimeout(
        () => {
          timers.delete(timer)
          act()
        },
        minMs + random() * (maxMs - minMs),
      )
      timers.add(timer)
    },
    clear(): void {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

/** Counts the attempts of each issue, and finds the script of the current one. */
function createAttempts(scripts: readonly IssueScript[]) {
  const attempts = new Map<number, number>()
  const getAttempt = (issue: number): number => attempts.get(issue) ?? 1
  return {
    start(issue: number): number {
      const attempt = (attempts.get(issue) ?? 0) + 1
      attempts.set(issue, attempt)
      return attempt
    },
    getAttempt,
    getScript(issue: number): AttemptScript {
      const script = scripts.find((one) => one.issue === issue)
      return script?.attempts[Math.min(getAttempt(issue) - 1, script.attempts.length - 1)] ?? {}
    },
  }
}

const createWork = (
  issue: number,
  attempt: number,
  { workflow = 'Succeeded', pull = 'opened' }: AttemptScript,
): Work => ({
  issue,
  branch: formatBranch(issue),
  files: {
    'src/widget.ts': `export const retries = ${attempt + 2}\n`,
    'src/widget.test.ts': `test('three attempts are made', () => {})\n`,
  },
  phase: workflow,
  opensPullRequest: pull === 'opened',
})

/** The issues are created first, because pull requests share their numbers. */
function createIssues({ github }: World, scripts: readonly IssueScript[]): void {
  github.repository(REPOSITORY, { 'src/widget.ts': 'export const retries = 0\n' })
  for (const { issue, title } of scripts)
    github.issue(REPOSITORY, {
      number: issue,
      title,
      body: '## Acceptance criteria\n\n- three attempts are made\n',
    })
}
