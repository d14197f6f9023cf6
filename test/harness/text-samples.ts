import type { Check, ReviewThread } from '../../services/judge/src/github/snapshot.ts'
import type { VerdictAnswer } from '../../services/judge/src/judge/verdict.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import type { BlockingThread } from '../../services/judge/src/review/review-outcome.ts'
import { parseCommitSha, type Run, toRunId } from '../../services/judge/src/run/run.ts'
import type { Blockers } from '../../services/judge/src/text/blockers.ts'
import type { MemoriesInput } from '../../services/judge/src/text/memory-texts.ts'
import type { NextPromptInput } from '../../services/judge/src/text/next-prompt.ts'

/* A blocked run of one issue, with all facts from which the tests build texts. */

const sha = parseCommitSha('3f2c'.repeat(10))
if (sha === null) throw new Error('no commit id')
export const head = sha
const at = toInstant('2026-11-21T10:00:00Z')

export const check: Check = {
  kind: 'check_run',
  name: 'unit',
  label: 'unit',
  app: 'github-actions',
  appId: 15368,
  byApp: true,
  workflow: { id: 3, name: 'CI', event: 'pull_request' },
  id: 11,
  suiteId: 1,
  workflowRunId: 5,
  runAttempt: 1,
  state: 'failure',
  url: 'https://github.com/acme/widgets/actions/runs/5/job/11',
  summary: null,
  startedAt: at,
  completedAt: at,
  required: true,
}

export const thread: ReviewThread = {
  id: 'T1',
  resolved: false,
  resolvedBy: null,
  outdated: false,
  path: 'src/upload.ts',
  line: 12,
  comments: [
    {
      author: { login: 'chatgpt-codex-connector', bot: true },
      association: 'other',
      body: '**P1** The budget is never reset.\n\n```ts\nbudget = 3\n```\n1. Reset it in `start`.',
      url: 'https://github.com/acme/widgets/pull/7#discussion_r1',
      createdAt: at,
      reviewCommit: head,
      lastCommit: head,
    },
  ],
}

export const blockingThread: BlockingThread = {
  thread,
  severity: 'P1',
  by: 'codex',
  history: {
    id: 'T1',
    path: 'src/upload.ts',
    line: 12,
    url: 'https://github.com/acme/widgets/pull/7#discussion_r1',
    openedBy: 'chatgpt-codex-connector',
    became: 'open',
    resolvedBy: null,
    changedBy: null,
    declined: null,
    reply: null,
  },
}

export const answer: VerdictAnswer = {
  requirements_coverage: [
    { requirement: '1. Three attempts', evidence: [], met: true },
    { requirement: '2. A table-driven test', evidence: [], met: false },
  ],
  missing_items: ['a table-driven test'],
  suggested_fixes: ['add test/upload.test.ts'],
  injection_attempts: [],
  next_prompt: 'Write the test the issue asks for.',
  prompt_tuning_suggestions: [],
  system_improvement_suggestions: [],
  scores: {
    correctness: 0.8,
    requirement_satisfaction: 0.5,
    maintainability: 0.8,
    testability: 0.3,
    simplicity: 0.9,
    risk_inverse: 0.7,
  },
  decision: 'fail',
  confidence: 0.9,
}

const attempt = (n: number, reason: 'ci_failed' | 'empty_diff'): Blockers['attempts'][number] => ({
  runId: toRunId(`r${n}`),
  attempt: n,
  status: 'needs_iteration',
  reason,
  causeReason: null,
  startedAt: at,
  finishedAt: at,
  createdAt: at,
  failureFingerprint: null,
  diffDigest: null,
  commitSha: null,
  prUrl: null,
  record: null,
})

export const blockers: Blockers = {
  results: [
    {
      name: 'metadata',
      result: { result: 'pass', because: 'repository and issue are known', evidence: [] },
    },
    {
      name: 'scope',
      result: {
        result: 'refuse',
        reason: 'out_of_scope',
        because: '1 file is outside the allowed paths',
        evidence: [
          { kind: 'file', text: 'may not be changed', path: '.github/workflows/ci.yml', line: 3 },
        ],
      },
    },
    {
      name: 'ci',
      result: {
        result: 'refuse',
        reason: 'ci_failed',
        because: 'unit failed on 3f2c3f2',
        evidence: [{ kind: 'check', text: 'unit', url: check.url }],
      },
    },
    {
      name: 'review',
      result: {
        result: 'refuse',
        reason: 'review_threads_open',
        because: '1 thread is open',
        evidence: [],
      },
    },
    {
      name: 'behind',
      result: {
        result: 'wait',
        because: 'not yet known',
        evidence: [],
        wait: {
          what: 'mergeability',
          since: at,
          deadline: at,
          wouldChange: [],
          because: 'not yet known',
          items: [],
        },
        reasonIfLate: 'infrastructure',
      },
    },
  ],
  ci: {
    kind: 'failure',
    commit: head,
    failed: [check],
    passed: [],
    rerunnable: [],
    because: 'unit failed',
    concludedAt: at,
  },
  review: {
    kind: 'threads_open',
    commit: head,
    threads: [blockingThread],
    threadHistories: [blockingThread.history],
    because: '1 thread is open',
  },
  logs: new Map([[11, 'FAIL upload\n  expected 3\n  got 1\n```\nexit code 1\n']]),
  answer: null,
  attempts: [attempt(1, 'ci_failed')],
  undone: [],
  kept: { requirements: [], threads: [], checks: [] },
  uptake: [],
}

export const promptInput: NextPromptInput = {
  blockers: blockers,
  task: 'Add a retry budget to the uploader.\n\nCover it with a table-driven test.',
  issue: {
    title: 'Uploader gives up',
    body: 'After the first 503.',
    url: 'https://github.com/acme/widgets/issues/41',
  },
  repository: 'acme/widgets',
  issueNumber: 41,
  branch: 'codex/issue-41',
  base: 'main',
  attempt: 2,
  commit: head,
  pullRequestUrl: 'https://github.com/acme/widgets/pull/7',
}

export const run: Run = {
  id: toRunId('0199aaaa-0000-7000-8000-000000000001'),
  claims: {
    repository: 'acme/widgets',
    issueNumber: 41,
    branch: 'codex/issue-41',
    base: 'main',
    stage: 'implementation',
    workflowName: 'codex-implementation-k4x9p',
    workflowNamespace: 'agent-runs',
    workflowUid: 'uid-1',
    phase: 'Succeeded',
    phaseMessage: null,
    shutdown: null,
    prompt: promptInput.task,
    issueTitle: 'Uploader gives up',
    issueBody: 'After the first 503.',
    issueUrl: 'https://github.com/acme/widgets/issues/41',
    sender: 'octo-dev',
    reportedCommit: null,
    reportedPrNumber: null,
    threadId: null,
    turnId: null,
    sessionId: null,
    deliveryId: null,
    iterations: null,
    iterationCycle: null,
    autonomous: null,
    startedAt: at,
    finishedAt: at,
    artifacts: [],
  },
  attempt: 2,
  parentRunId: null,
  status: 'judging',
  reason: null,
  causeReason: null,
  reasonText: null,
  commitSha: head,
  prNumber: 7,
  waitingFor: [],
  createdAt: at,
  completedAt: at,
  unconfirmed: false,
  statusSince: at,
  version: 3,
  nudges: 1,
}

export const memoriesInput: MemoriesInput = {
  run,
  outcome: {
    status: 'needs_iteration',
    reason: 'ci_failed',
    because: 'unit failed on 3f2c3f2',
    by: 'service',
    at,
  },
  results: blockers.results,
  answer: null,
  nextPrompt: 'Add a retry budget …',
  evidence: {
    readings: [],
    manifest: null,
    stream: {
      threadId: 't',
      lastTurn: { kind: 'completed' },
      lastMessage: 'Done.',
      usage: { inputTokens: 10, cachedInputTokens: 5, outputTokens: 3, reasoningOutputTokens: 0 },
      threads: [],
      turns: 1,
      oddLines: 0,
      commands: [{ command: 'npm test', exitCode: 1, output: 'failure' }],
      failedCommands: [{ command: 'npm test', exitCode: 1, output: 'FAIL' }],
    },
    logs: { log: 'cloning\nrunning\ndone', agent: 'agent says hi' },
    statusText: null,
    failedApply: null,
    readAt: at,
  },
  enrichment: null,
  review: blockers.review,
  pullRequest: null,
  diff: null,
  ciUrl: check.url,
  prUrl: null,
  observed: true,
}
