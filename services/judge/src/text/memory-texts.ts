import type { Evidence } from '../artifacts/evidence.ts'
import type { Diff } from '../diff/diff.ts'
import type { NamedResult } from '../gates/index.ts'
import type { PullRequest } from '../github/snapshot.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import type { Instant } from '../lib/instant.ts'
import { pluralize, shortenSha } from '../lib/text.ts'
import { describeHistory } from '../review/describe-history.ts'
import type { ReviewOutcome } from '../review/review-outcome.ts'
import type { Enrichment } from '../run/event.ts'
import type { TerminalStatus } from '../run/lifecycle.ts'
import { describeReason, type Reason } from '../run/reasons.ts'
import { formatIssueLabel, type Run } from '../run/run.ts'
import { formatPlace, selectCommentFindings, selectRequests } from './blockers.ts'
import type { MemoryKind } from './memory.ts'
import { clean, takeTail, toOneLine, toOneSentence } from './untrusted-text.ts'

/** The memories route takes no longer content. */
export const MAX_CONTENT_CHARS = 50_000
const MAX_OUTPUT_CHARS = 2_000

export interface MemoriesInput {
  readonly run: Run
  readonly outcome: {
    readonly status: TerminalStatus
    readonly reason: Reason
    readonly because: string
    /** `service`, or the person who decided. */
    readonly by: string
    readonly at: Instant
  }
  readonly results: readonly NamedResult[]
  readonly answer: VerdictAnswer | null
  readonly nextPrompt: string | null
  readonly evidence: Evidence | null
  readonly enrichment: Enrichment | null
  readonly review: ReviewOutcome | null
  readonly pullRequest: PullRequest | null
  readonly diff: Diff | null
  readonly ciUrl: string | null
  readonly prUrl: string | null
  /** False if a person decided, so that GitHub was not read for the decision. */
  readonly observed: boolean
}

interface MemoryText {
  /** One or two sentences. */
  readonly summary: string
  readonly content: string
}

/** One builder per kind of memory. */
export const memoryTextBuilders: {
  readonly [K in MemoryKind]: (input: MemoriesInput) => MemoryText
} = {
  run_summary: describeRun,
  decision: describeDecision,
  prompt: (input) =>
    describeText(
      input.run.claims.prompt,
      `What ${formatAttempt(input)} was asked to do`,
      'The prompt is not known.',
    ),
  next_prompt: (input) =>
    describeText(
      input.nextPrompt,
      `The next prompt after ${formatAttempt(input)}`,
      'There is no next prompt.',
    ),
  output_log: (input) =>
    describeLog(
      input,
      'output',
      input.evidence?.logs.log ?? input.enrichment?.excerpts.output ?? input.evidence?.logs.main,
    ),
  agent_log: (input) =>
    describeLog(input, 'agent', input.evidence?.logs.agent ?? input.enrichment?.excerpts.agent),
  runtime_log: (input) =>
    describeLog(
      input,
      'runtime',
      input.evidence?.logs.runtime ?? input.enrichment?.excerpts.runtime,
    ),
  event_log: describeEventLog,
  review: describeReview,
  pull_request: describePullRequest,
}

function describeRun(input: MemoriesInput): MemoryText {
  const { run, outcome, diff, enrichment } = input
  const { claims } = run
  const ending = `ended as ${outcome.status} (${outcome.reason}).`
  return {
    summary: [
      `Attempt ${run.attempt} of ${formatLabel(input)} ${ending}`,
      toSummarySentence(outcome.because),
    ].join(' '),
    content: joinParts('\n\n', [
      `Run ${run.id}: ${formatAttempt(input)} ${ending}`,
      outcome.because,
      `Workflow: ${claims.workflowName ?? 'unknown'}, phase ${claims.phase ?? 'unknown'}.`,
      [
        `Branch: ${claims.branch ?? 'unknown'} on ${claims.base ?? 'unknown'}.`,
        `Commit: ${run.commitSha ?? 'none'}.`,
      ].join(' '),
      diff === null
        ? ''
        : `Diff: ${pluralize(diff.files.length, 'file')}, +${diff.added} −${diff.removed}.`,
      enrichment?.lastMessage ? `The agent's last message:\n${enrichment.lastMessage}` : '',
    ]),
  }
}

function describeDecision({ outcome, results, answer, observed }: MemoriesInput): MemoryText {
  const by = toOneLine(outcome.by, 80)
    .replace(/[.!?]+/g, ' ')
    .trim()
  const reason = describeReason(outcome.reason)
  const decision = `Decided by ${by}: ${outcome.status} (${outcome.reason}).`
  const notAsked = observed ? 'No model was asked.' : ''
  return {
    summary: `${decision} ${toSummarySentence(reason)}`,
    content: joinParts('\n', [
      `${reason} ${outcome.because}`,
      ...results.map(({ name, result }) => `${name}: ${result.result} — ${result.because}`),
      answer === null ? notAsked : formatVerdict(answer),
    ]),
  }
}

const joinParts = (separator: string, parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(separator)

const formatAttempt = (input: MemoriesInput): string =>
  `attempt ${input.run.attempt} of ${formatLabel(input)}`

const formatLabel = ({ run }: MemoriesInput): string =>
  formatIssueLabel(run.claims.repository, run.claims.issueNumber)

/** Exactly one sentence: earlier full stops become semicolons. */
const toSummarySentence = (text: string, max = 300): string =>
  toOneSentence(toOneLine(text, max).replace(/[.!?]+(?=\s)/g, ';'), max)

function describeText(text: string | null, what: string, none: string): MemoryText {
  if (text === null || text.trim() === '') return { summary: none, content: none }
  return { summary: `${what}: ${toSummarySentence(text, 200)}`, content: text }
}

function describeLog(input: MemoriesInput, which: string, text: string | undefined): MemoryText {
  const log = `${which} log of ${formatAttempt(input)}`
  if (text === undefined || text.trim() === '')
    return { summary: `No ${log} was found.`, content: `No ${log} was found.` }
  return { summary: `The end of the ${log}.`, content: takeTail(clean(text), MAX_CONTENT_CHARS) }
}

function describeEventLog(input: MemoriesInput): MemoryText {
  const stream = input.evidence?.stream ?? null
  const excerpt = input.enrichment?.excerpts.events ?? ''
  if (stream === null) return describeLog(input, 'event', excerpt)
  const { usage } = stream
  const turn =
    stream.lastTurn.kind === 'failed' ? `failed: ${stream.lastTurn.message}` : stream.lastTurn.kind
  const failed = stream.failedCommands.map(
    ({ command, exitCode, output }) =>
      `$ ${command} → ${exitCode ?? 'no exit code'}\n${takeTail(output, MAX_OUTPUT_CHARS)}`,
  )
  return {
    summary: [
      `The agent took ${pluralize(stream.turns, 'turn')}${turnEndings[stream.lastTurn.kind]}.`,
      `${pluralize(failed.length, 'command')} failed.`,
    ].join(' '),
    content: takeTail(
      clean(
        joinParts('\n\n', [
          `Thread: ${stream.threadId ?? 'unknown'}`,
          `Last turn: ${turn}`,
          usage === null
            ? ''
            : [
                `Tokens: ${usage.inputTokens} in`,
                `(${usage.cachedInputTokens} cached),`,
                `${usage.outputTokens} out`,
              ].join(' '),
          ...failed,
          stream.lastMessage === null ? '' : `Last message:\n${stream.lastMessage}`,
          excerpt === '' ? '' : `Events:\n${excerpt}`,
        ]),
      ),
      MAX_CONTENT_CHARS,
    ),
  }
}

const turnEndings = {
  completed: '; the last one completed',
  failed: '; the last one failed',
  cut: '; the last one was cut off',
  none: '',
} as const

function describeReview(input: MemoriesInput): MemoryText {
  const { review } = input
  if (review === null)
    return {
      summary: `No review of ${formatLabel(input)} was read.`,
      content: 'No review was read.',
    }
  const threads =
    review.kind === 'threads_open' || review.kind === 'changes_requested' ? review.threads : []
  const reviews = selectRequests(review)
  return {
    summary: [
      `Review of ${shortenSha(review.commit)}: ${review.kind}.`,
      toSummarySentence(review.because),
    ].join(' '),
    content: [
      review.because,
      ...reviews.map(
        ({ author, body, url }) => `${author.login} requested changes (${url}):\n${body}`,
      ),
      ...selectCommentFindings(review).map(
        ({ author, body, url }) => `${author.login} (${url}):\n${body}`,
      ),
      ...threads.map(({ thread, history }) =>
        [
          `${formatPlace(thread)}: ${describeHistory(history) ?? 'open'}`,
          ...thread.comments.map(({ author, body, url }) => `${author.login} (${url}):\n${body}`),
        ].join('\n'),
      ),
    ].join('\n\n'),
  }
}

function describePullRequest(input: MemoriesInput): MemoryText {
  const { pullRequest: pull, diff } = input
  if (pull === null)
    return {
      summary: `No pull request of ${formatLabel(input)} was found.`,
      content: 'No pull request was found.',
    }
  const files =
    diff?.files.map(
      ({ path, change, added, removed }) => `${change} ${path} +${added} −${removed}`,
    ) ?? []
  const state = `${pull.state}${pull.draft ? ', draft' : ''}`
  return {
    summary: `Pull request #${pull.number} (${state}): ${toSummarySentence(pull.title, 200)}`,
    content: joinParts('\n\n', [
      `${pull.title}\n${pull.url}`,
      `${pull.headBranch} → ${pull.baseBranch} at ${pull.head ?? 'unknown'}`,
      files.join('\n'),
      pull.body,
    ]),
  }
}

function formatVerdict(answer: VerdictAnswer): string {
  return [
    `Judge: ${answer.decision}, confidence ${answer.confidence}.`,
    ...answer.requirements_coverage.map(
      ({ requirement, met }) => `${met ? 'met' : 'not met'}: ${requirement}`,
    ),
    ...answer.missing_items.map((item) => `missing: ${item}`),
    ...answer.suggested_fixes.map((fix) => `suggested: ${fix}`),
  ].join('\n')
}
