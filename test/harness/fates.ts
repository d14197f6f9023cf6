import type { CodexTask } from '@codex-judge/proto/codex/v1'
import { createAgent, type Work } from '../world/agent.ts'
import type { PullRef } from '../world/github/review-verbs.ts'
import { isPull, type Pull } from '../world/github/state.ts'
import { fails, passes } from '../world/model.ts'
import type { Workflow } from '../world/workflow.ts'
import { createWorld, type World } from '../world/world.ts'

/** How an issue goes: what each attempt meets, and where its line must end. */
export interface Fate {
  readonly issue: number
  readonly what: string
  /** One entry an attempt; the last holds for all that follow. */
  readonly attempts: readonly Meets[]
  /** Status and reason of each run of the issue, oldest first. */
  readonly ends: readonly (readonly [status: string, reason: string])[]
}

/** `pass` where left out. */
interface Meets {
  readonly workflow?: 'Succeeded' | 'Failed'
  readonly ci?: 'green' | 'flaky' | 'red'
  readonly review?: 'clean' | 'findings' | 'when asked'
  readonly judge?: 'passes' | 'rejects'
  readonly pull?: 'opened' | 'none'
  readonly conflict?: boolean
  /** After CI of the first head, one more commit. */
  readonly moves?: boolean
}

export const fates: readonly Fate[] = [
  { issue: 1, what: 'everything is green', attempts: [{}], ends: [['completed', 'accepted']] },
  {
    issue: 2,
    what: 'CI fails once by chance',
    attempts: [{ ci: 'flaky' }],
    ends: [['completed', 'accepted']],
  },
  {
    issue: 3,
    what: 'the reviewer finds something',
    attempts: [{ review: 'findings' }, {}],
    ends: [
      ['needs_iteration', 'review_threads_open'],
      ['completed', 'accepted'],
    ],
  },
  {
    issue: 4,
    what: 'the workflow fails',
    attempts: [{ workflow: 'Failed' }, {}],
    ends: [
      ['needs_iteration', 'workflow_failed'],
      ['completed', 'accepted'],
    ],
  },
  {
    issue: 5,
    what: 'a merge conflict',
    attempts: [{ conflict: true }],
    ends: [['needs_human', 'merge_conflict']],
  },
  {
    issue: 6,
    what: 'the judge rejects it',
    attempts: [{ judge: 'rejects' }, {}],
    ends: [
      ['needs_iteration', 'judge_rejected'],
      ['completed', 'accepted'],
    ],
  },
  {
    issue: 7,
    what: 'no pull request is opened',
    attempts: [{ pull: 'none' }, {}],
    ends: [
      ['needs_iteration', 'missing_pull_request'],
      ['completed', 'accepted'],
    ],
  },
  {
    issue: 8,
    what: 'the reviewer is silent until asked',
    attempts: [{ review: 'when asked' }],
    ends: [['completed', 'accepted']],
  },
  {
    issue: 9,
    what: 'the head moves',
    attempts: [{ moves: true }],
    ends: [['completed', 'accepted']],
  },
  {
    issue: 10,
    what: 'CI is red, and stays so',
    attempts: [{ ci: 'red' }],
    ends: [
      ['needs_iteration', 'ci_failed'],
      ['needs_human', 'attempts_exhausted'],
    ],
  },
]

/**
 * Waits long enough to outlast a service that is down, and looks that come soon after it is back.
 */
export const fatefulPolicy = {
  attempts: { max: 2, backoff: ['1s'], infrastructure_max: 5, dispatch_patience: '5m' },
  ci: { wait: '100s', no_checks_grace: '5s' },
  review: { wait: '100s', arrival: '2s', request_after: '1s' },
  judge: { models: ['openai/gpt-5.2'], timeout: '10s', patience: '5m' },
  no_progress: { same_failure: 9, same_diff: 9 },
  patience: { github: '5m', artifacts: '5m', completion: '5m' },
}

const repository = 'acme/widgets'
const branchOf = (issue: number): string => `codex/issue-${issue}`

export interface FatefulWorld {
  readonly world: World
  /** Messages that the service has answered with 202, one entry a message. */
  readonly accepted: readonly string[]
  /** Where completions are sent now; null: nobody listens, and the senders wait. */
  serviceUrls: readonly string[]
  begin(): Promise<void>
  /** Resolves when no message is on its way any more. */
  quiet(): Promise<void>
  close(): Promise<void>
}

/**
 * A world that goes its own way: agents work on what they are given, CI runs for what is pushed,
 * the reviewer reviews, and finished workflows are reported as Kafka reports them: again and again
 * until somebody has answered 202, and now and then twice.
 */
export async function fatefulWorld(random: () => number): Promise<FatefulWorld> {
  const timers = new Set<NodeJS.Timeout>()
  const later = (act: () => void, from = 50, to = 500): void => {
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        act()
      },
      from + random() * (to - from),
    )
    timers.add(timer)
  }
  const attempts = new Map<number, number>()
  const accepted: string[] = []
  const underway = new Set<Promise<void>>()
  let closed = false

  const meets = (issue: number): Meets => {
    const fate = fates.find((one) => one.issue === issue)
    return fate?.attempts[Math.min((attempts.get(issue) ?? 1) - 1, fate.attempts.length - 1)] ?? {}
  }
  const issueOf = (branch: string): number => Number(/(\d+)$/.exec(branch)?.[1] ?? 0)
  const of = (pull: Pull): PullRef => ({ repository, number: pull.number })

  const checked = new Set<string>()
  const runCi = (pull: Pull): void => {
    const issue = issueOf(pull.headBranch)
    const sha = pull.head
    if (checked.has(sha)) return
    checked.add(sha)
    const { ci = 'green', moves = false } = meets(issue)
    const checks = world.github.checks({ repository, sha })
    checks.queue('unit')
    later(() => {
      if (ci === 'green') checks.succeed('unit')
      else checks.fail('unit', { log: `FAIL in attempt ${attempts.get(issue)}\n` })
      if (!moves || moved.has(issue)) return
      moved.add(issue)
      later(() =>
        world.github.push(repository, pull.headBranch, {
          'src/more.ts': 'export const more = true\n',
        }),
      )
    })
  }
  const moved = new Set<number>()

  const reviewed = new Set<string>()
  const review = (pull: Pull, asked: boolean): void => {
    const { review: how = 'clean' } = meets(issueOf(pull.headBranch))
    if (reviewed.has(pull.head) || (how === 'when asked' && !asked)) return
    reviewed.add(pull.head)
    // Open threads decide as soon as CI is final, so what this push has settled is resolved with
    // it.
    if (how !== 'findings') world.github.resolveThread(of(pull), 'all')
    later(() => {
      world.github.codexReviews(
        of(pull),
        how === 'findings'
          ? [{ path: 'src/widget.ts', line: 1, priority: 'P1', title: 'Too few' }]
          : [],
      )
    })
  }

  const world: World = await createWorld({
    github: {
      onChange: (event, action, { pull }) => {
        if (event !== 'pull_request' || !pull || (action !== 'opened' && action !== 'synchronize'))
          return
        if (meets(issueOf(pull.headBranch)).conflict) pull.conflicting = true
        runCi(pull)
        review(pull, false)
      },
      onRerun: (_repository, runs) => {
        const pull = [...world.github.see(repository).pulls.values()].find(
          ({ head }) => head === runs[0]?.sha,
        )
        const { ci } = meets(issueOf(pull?.headBranch ?? ''))
        const checks = world.github.checks({ repository, sha: runs[0]?.sha ?? '' })
        later(() =>
          ci === 'red' ? checks.fail('unit', { log: 'FAIL again\n' }) : checks.succeed('unit'),
        )
      },
      onComment: (_repository, issue, body) => {
        if (isPull(issue) && body.startsWith('@codex review')) review(issue, true)
      },
    },
    dispatcher: { onStart: ({ task }) => later(() => work(Number(task.issueNumber), task)) },
  })
  world.model.behaves((asked, prompt) => {
    const issue = Number(/for issue #(\d+), against/.exec(asked.system + asked.user)?.[1])
    return (meets(issue).judge === 'rejects' ? fails(['three attempts are made']) : passes())(
      asked,
      prompt,
    )
  })

  const agent = createAgent(world)
  const work = (issue: number, task?: CodexTask): void => {
    const attempt = (attempts.get(issue) ?? 0) + 1
    attempts.set(issue, attempt)
    const { workflow = 'Succeeded', pull = 'opened' } = meets(issue)
    const job: Work = {
      issue,
      branch: branchOf(issue),
      files: {
        'src/widget.ts': `export const retries = ${attempt + 2}\n`,
        'src/widget.test.ts': `test('three attempts are made', () => {})\n`,
      },
      phase: workflow,
      opensPullRequest: pull === 'opened',
      ...(task ? { task } : {}),
    }
    track(agent.works(job).then(({ workflow: finished }) => report(finished)))
  }
  const track = (done: Promise<void>): void => {
    const tracked = done.finally(() => underway.delete(tracked))
    underway.add(tracked)
  }

  /**
   * As a KafkaSource does it: the same record until it is answered, and once more where the answer
   * was lost.
   */
  const report = async (workflow: Workflow): Promise<void> => {
    const id = workflow.metadata.uid
    const repeats = random() < 0.3 ? 2 : 1
    for (let sent = 0; sent < repeats; ) {
      const urls = fateful.serviceUrls
      const url = urls[Math.floor(random() * urls.length)]
      const status = url === undefined ? 0 : await post(url, workflow, id)
      if (closed) return
      if (status === 202) sent += 1
      else await new Promise((resolve) => setTimeout(resolve, 100))
    }
    accepted.push(id)
  }

  const fateful: FatefulWorld = {
    world,
    accepted,
    serviceUrls: [],
    begin: async () => {
      world.github.repository(repository, { 'src/widget.ts': 'export const retries = 0\n' })
      // Issues and pull requests share one row of numbers: the issues come first.
      for (const { issue, what } of fates)
        world.github.issue(repository, {
          number: issue,
          title: what,
          body: '## Acceptance criteria\n\n- three attempts are made\n',
        })
      for (const { issue } of fates) later(() => work(issue), 0, 2_000)
    },
    quiet: async () => {
      while (underway.size > 0) await Promise.all([...underway])
    },
    close: async () => {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      await world.close()
    },
  }
  return fateful
}

const post = (url: string, workflow: Workflow, id: string): Promise<number> =>
  fetch(`${url}/api/codex/run-complete`, {
    method: 'POST',
    headers: {
      'ce-specversion': '1.0',
      'ce-type': 'dev.knative.kafka.event',
      'ce-source': '/apis/v1/namespaces/argo/kafkasources/completions#argo.workflows.completions',
      'ce-id': `partition:0/offset:${id}`,
      'ce-time': '2026-11-21T10:00:00Z',
    },
    body: JSON.stringify(workflow),
    signal: AbortSignal.timeout(10_000),
  })
    .then(async (response) => {
      await response.arrayBuffer()
      return response.status
    })
    .catch(() => 0)
