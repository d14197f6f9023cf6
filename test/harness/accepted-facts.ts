import type { Evidence } from '../../services/judge/src/artifacts/evidence.ts'
import type { KnownFlake } from '../../services/judge/src/ci/find-flakes.ts'
import type { Effect } from '../../services/judge/src/decide/effect.ts'
import type {
  Facts,
  OpenEscalation,
  RecordedEffect,
} from '../../services/judge/src/decide/facts.ts'
import type { Change, IssueText } from '../../services/judge/src/gates/gate.ts'
import type { Issue, PullRequest } from '../../services/judge/src/github/snapshot.ts'
import { noMoney } from '../../services/judge/src/judge/budget.ts'
import type {
  Verdict,
  VerdictAnswer,
  VerdictSubject,
} from '../../services/judge/src/judge/verdict.ts'
import { addMillis, type Instant, toInstant } from '../../services/judge/src/lib/instant.ts'
import { known, notYet } from '../../services/judge/src/lib/known.ts'
import { mergePolicy } from '../../services/judge/src/policy/merge-policy.ts'
import type { Policy } from '../../services/judge/src/policy/policy.ts'
import { readPolicyFile } from '../../services/judge/src/policy/read-policy-file.ts'
import type { Attempt, Run } from '../../services/judge/src/run/run.ts'
import { parseCommitSha, toRunId } from '../../services/judge/src/run/run.ts'
import { diff } from './diff-sample.ts'
import { check, answer as rejection, run as sampleRun } from './text-samples.ts'

/* The facts of a run with everything known and good; tests of gates and decisions change one. */

const sha = parseCommitSha('ab12'.repeat(10))
const baseSha = parseCommitSha('cd34'.repeat(10))
if (sha === null || baseSha === null) throw new Error('no commit id')
export const head = sha
export const otherCommit = baseSha

/** The moment of the decision; the completion was recorded ten minutes before it. */
export const now = toInstant('2026-11-21T12:00:00Z')
export const ago = (millis: number): Instant => addMillis(now, -millis)
export const ahead = (millis: number): Instant => addMillis(now, millis)
export const minute = 60_000

/** The policy of this file text, merged into the shipped one. */
export function createPolicy(text = ''): Policy {
  const read = readPolicyFile(text)
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return mergePolicy(read.ok, 'acme/widgets', null).policy
}
export const shipped = createPolicy()

export const model = 'openai/gpt-5.2'

export const createRun = (over: Partial<Run> = {}, claims: Partial<Run['claims']> = {}): Run => ({
  ...sampleRun,
  attempt: 1,
  status: 'run_complete',
  commitSha: head,
  createdAt: ago(10 * minute),
  completedAt: ago(10 * minute),
  statusSince: ago(10 * minute),
  ...over,
  claims: {
    ...sampleRun.claims,
    startedAt: ago(60 * minute),
    finishedAt: ago(11 * minute),
    ...claims,
  },
})

export const pullRequest: PullRequest = {
  number: 7,
  url: 'https://github.com/acme/widgets/pull/7',
  title: 'Give the uploader a retry budget',
  body: 'Closes #41.',
  author: { login: 'codex-agent', bot: false },
  state: 'open',
  draft: false,
  mergeable: 'mergeable',
  behind: false,
  headBranch: 'codex/issue-41',
  head,
  baseBranch: 'main',
  baseSha,
  baseChanges: [],
  fromFork: false,
  createdAt: ago(12 * minute),
  closedAt: null,
  readyAt: null,
  closedBy: null,
}

export const createChange = (
  over: Partial<PullRequest> = {},
  more: Partial<Omit<Extract<Change, { kind: 'pull_request' }>, 'kind' | 'pullRequest'>> = {},
): Change => ({
  kind: 'pull_request',
  pullRequest: { ...pullRequest, ...over },
  head,
  reported: null,
  staleSince: null,
  ...more,
})

export const evidence: Evidence = {
  readings: [],
  manifest: null,
  stream: {
    threadId: 't',
    lastTurn: { kind: 'completed' },
    lastMessage: 'Done.',
    usage: null,
    threads: [],
    turns: 1,
    oddLines: 0,
    failedCommands: [],
    commands: [],
  },
  logs: { log: 'done' },
  statusText: null,
  failedApply: null,
  readAt: ago(9 * minute),
}

export { diff }

export const issueText: IssueText = {
  title: 'Uploader gives up',
  body: '## Acceptance\n- It retries three times',
  url: 'https://github.com/acme/widgets/issues/41',
  digest: 'issue-1',
  editedSince: null,
  difference: null,
}
export const issue: Issue = {
  number: 41,
  title: issueText.title,
  body: issueText.body,
  url: 'https://github.com/acme/widgets/issues/41',
  state: 'open',
  closedAt: null,
  labels: [],
  lastEdit: null,
}

export const subject: VerdictSubject = {
  commit: head,
  diffDigest: diff.digest,
  issueDigest: issueText.digest,
}
export const passing: VerdictAnswer = {
  ...rejection,
  requirements_coverage: [
    {
      requirement: '1. It retries three times',
      evidence: [{ path: 'src/upload.ts', line: 2, quote: 'budget = 3' }],
      met: true,
    },
  ],
  missing_items: [],
  suggested_fixes: [],
  next_prompt: '',
  decision: 'pass',
}
export const failing: VerdictAnswer = { ...rejection, decision: 'fail' }
export const createVerdict = (result: Verdict['result'], over: Partial<Verdict> = {}): Verdict => ({
  id: 'verdict-1',
  model,
  subject,
  at: ago(minute),
  result,
  ...over,
})

export const createSibling = (n: number, over: Partial<Attempt> = {}): Attempt => ({
  runId: toRunId(`0199aaaa-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`),
  attempt: n,
  status: 'needs_iteration',
  reason: 'ci_failed',
  causeReason: null,
  startedAt: ago((200 - n) * minute),
  finishedAt: ago((190 - n) * minute),
  createdAt: ago((189 - n) * minute),
  failureFingerprint: `failure-${n}`,
  diffDigest: `diff-of-${n}`,
  commitSha: null,
  prUrl: null,
  record: null,
  ...over,
})

export const createRecordedEffect = (
  effect: Effect,
  over: Partial<RecordedEffect> = {},
): RecordedEffect => ({
  id: `effect-${effect.key}`,
  kind: effect.kind,
  key: effect.key,
  state: 'pending',
  because: null,
  effect,
  createdAt: ago(5 * minute),
  settledAt: null,
  failure: null,
  accepted: null,
  unwanted: null,
  inFlight: false,
  unreadable: null,
  ...over,
})

export const flake: KnownFlake = {
  app: 'github-actions',
  workflow: 'CI',
  event: 'pull_request',
  name: 'unit',
  commits: 3,
}

export const escalation: OpenEscalation = {
  id: 'escalation-1',
  createdAt: ago(60 * minute),
  remindAt: ahead(60 * minute),
  deadline: ahead(600 * minute),
  question: 'Is another one worth it?',
  options: [{ id: 'rerun', text: 'Yes.' }],
  recommendation: 'rerun',
  shared: null,
}

/** Every gate passes, and the one model that policy names accepts the change. */
export const createAcceptedFacts = (over: Partial<Facts> = {}): Facts => ({
  run: createRun(),
  repositoryPolicy: known({ kind: 'absent' }, now),
  evidence: known(evidence, now),
  issue: known(issueText, now),
  issueState: known(issue, now),
  change: known(createChange(), now),
  ci: known(
    {
      kind: 'success',
      commit: head,
      passed: [{ ...check, state: 'success' }],
      because: '1 check passed',
      concludedAt: ago(minute),
    },
    now,
  ),
  review: known(
    {
      kind: 'approved',
      commit: head,
      status: 'approved',
      because: 'found nothing',
      threadHistories: [],
    },
    now,
  ),
  diff: known(diff, now),
  addedSecrets: known([], now),
  testChanges: known({ findings: [], unread: [] }, now),
  waivers: [],
  checkLogs: new Map(),
  base: notYet('CI has not failed', now),
  knownFlakes: [],
  siblings: [],
  grantedAttempts: 0,
  money: noMoney,
  nextOrdinal: 2,
  verdicts: [createVerdict({ kind: 'valid', answer: passing })],
  unreadCitations: null,
  codeContext: null,
  effects: [],
  enrichment: null,
  runUrl: 'http://127.0.0.1:8080/runs/0199aaaa',
  ciUrl: 'https://github.com/acme/widgets/pull/7/checks',
  lastSeen: { prUrl: null, ciStatus: null },
  pollCount: 0,
  pollStretch: 1,
  completion: null,
  dispatchOff: null,
  escalation: null,
  release: null,
  reconsiderAt: null,
  hasNewerRun: false,
  ...over,
})
