import type { Evidence } from '../artifacts/evidence.ts'
import { type MemoryDraft, type MemoryKind, memoryKinds } from '../decide/effect.ts'
import type { Diff } from '../diff/diff.ts'
import type { NamedResult } from '../gates/index.ts'
import type { PullRequest } from '../github/snapshot.ts'
import type { Answer } from '../judge/verdict.ts'
import { type Instant, iso, isoOrNull } from '../lib/instant.ts'
import { clip, count, shortSha } from '../lib/text.ts'
import type { ReviewOutcome } from '../review/outcome.ts'
import type { Enrichment } from '../run/event.ts'
import type { TerminalStatus } from '../run/lifecycle.ts'
import { type Reason, reasonText } from '../run/reasons.ts'
import { issueLabel, type Run } from '../run/run.ts'
import { placeOf } from './blockers.ts'
import { clean, oneLine, oneSentence, tail } from './plain.ts'

/** What the memories route takes as one memory's content and summary. */
export const contentMax = 50_000
const summaryMax = 600

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
  readonly answer: Answer | null
  readonly nextPrompt: string | null
  readonly evidence: Evidence | null
  readonly enrichment: Enrichment | null
  readonly review: ReviewOutcome | null
  readonly pullRequest: PullRequest | null
  readonly diff: Diff | null
  readonly ciUrl: string | null
  readonly prUrl: string | null
  /** False where a person decides, and GitHub was not looked at for it. */
  readonly looked: boolean
}

/**
 * Exactly ten memories of a decided run, one of each kind in `memoryKinds` order; none where the
 * repository or the issue is unknown, since they would have no place. A kind without evidence says
 * that there was none: absence is worth remembering too.
 */
export function buildMemories(input: MemoriesInput): readonly MemoryDraft[] {
  const { repository, issueNumber } = input.run.claims
  if (repository === null || issueNumber === null) return []
  const namespace = `codex:${repository}:${issueNumber}`
  const tags = tagsOf(input)
  const metadata = metadataOf(input)
  return memoryKinds.map((kind) => {
    const { summary, content } = tellers[kind](input)
    return {
      kind,
      namespace,
      summary: clip(clean(summary), summaryMax),
      content: clip(clean(content), contentMax, '\n…'),
      tags: [...tags, `kind:${kind}`],
      metadata,
      ...(!input.looked && (kind === 'review' || kind === 'pull_request')
        ? { keepsEarlier: true as const }
        : {}),
    }
  })
}

interface Told {
  /** One or two sentences. */
  readonly summary: string
  readonly content: string
}

const tellers: { readonly [K in MemoryKind]: (input: MemoriesInput) => Told } = {
  run_summary: (input) => ({
    summary: `Attempt ${input.run.attempt} of ${label(input)} ended ${input.outcome.status} (${input.outcome.reason}). ${one(input.outcome.because)}`,
    content: [
      `Run ${input.run.id}: attempt ${input.run.attempt} of ${label(input)}, ${input.outcome.status} (${input.outcome.reason}).`,
      input.outcome.because,
      `Workflow: ${input.run.claims.workflowName ?? 'unknown'}, phase ${input.run.claims.phase ?? 'unknown'}.`,
      `Branch: ${input.run.claims.branch ?? 'unknown'} on ${input.run.claims.base ?? 'unknown'}. Commit: ${input.run.commitSha ?? 'none'}.`,
      input.diff === null
        ? ''
        : `Diff: ${count(input.diff.files.length, 'file')}, +${input.diff.added} −${input.diff.removed}.`,
      input.enrichment?.lastMessage
        ? `The agent's last message:\n${input.enrichment.lastMessage}`
        : '',
    ]
      .filter((line) => line !== '')
      .join('\n\n'),
  }),
  decision: (input) => ({
    summary: `Decided by ${oneLine(input.outcome.by, 80)
      .replace(/[.!?]+/g, ' ')
      .trim()}: ${input.outcome.status}, because ${input.outcome.reason}. ${one(reasonText(input.outcome.reason))}`,
    content: [
      `${reasonText(input.outcome.reason)} ${input.outcome.because}`,
      ...input.results.map(({ name, result }) => `${name}: ${result.result} — ${result.because}`),
      input.answer === null
        ? input.looked
          ? 'No judge was asked.'
          : ''
        : verdictText(input.answer),
    ]
      .filter((line) => line !== '')
      .join('\n'),
  }),
  prompt: (input) =>
    withText(
      input.run.claims.prompt,
      `What attempt ${input.run.attempt} of ${label(input)} was asked to do`,
      'No prompt was known.',
    ),
  next_prompt: (input) =>
    withText(
      input.nextPrompt,
      `What the attempt after ${input.run.attempt} of ${label(input)} is asked to do`,
      'No further attempt was prompted.',
    ),
  output_log: (input) =>
    log(
      input,
      'output',
      input.evidence?.logs.log ?? input.enrichment?.excerpts.output ?? input.evidence?.logs.main,
    ),
  agent_log: (input) =>
    log(input, 'agent', input.evidence?.logs.agent ?? input.enrichment?.excerpts.agent),
  runtime_log: (input) =>
    log(input, 'runtime', input.evidence?.logs.runtime ?? input.enrichment?.excerpts.runtime),
  event_log: eventLog,
  review: (input) => reviewMemory(input),
  pull_request: (input) => pullRequestMemory(input),
}

const label = ({ run }: MemoriesInput): string =>
  issueLabel(run.claims.repository, run.claims.issueNumber)

/** One sentence, whatever a gate or a model wrote: only the end of it closes with a full stop. */
const one = (text: string, max = 300): string =>
  oneSentence(oneLine(text, max).replace(/[.!?]+(?=\s)/g, ';'), max)

function withText(text: string | null, what: string, none: string): Told {
  if (text === null || text.trim() === '') return { summary: none, content: none }
  return { summary: `${what}: ${one(text, 200)}`, content: text }
}

function log(input: MemoriesInput, which: string, text: string | undefined): Told {
  const of = `the ${which} log of attempt ${input.run.attempt} of ${label(input)}`
  if (text === undefined || text.trim() === '')
    return { summary: `Nothing was found of ${of}.`, content: `Nothing was found of ${of}.` }
  return { summary: `The end of ${of}.`, content: tail(clean(text), contentMax) }
}

function eventLog(input: MemoriesInput): Told {
  const stream = input.evidence?.stream ?? null
  const excerpt = input.enrichment?.excerpts.events ?? ''
  if (stream === null) return log(input, 'event', excerpt)
  const turn =
    stream.lastTurn.kind === 'failed' ? `failed: ${stream.lastTurn.message}` : stream.lastTurn.kind
  const failed = stream.failedCommands.map(
    ({ command, exitCode, output }) =>
      `$ ${command} → ${exitCode ?? 'no exit code'}\n${tail(output, 2_000)}`,
  )
  return {
    summary: `The agent took ${count(stream.turns, 'turn')}; the last one ${stream.lastTurn.kind}. ${count(stream.failedCommands.length, 'command')} failed.`,
    content: tail(
      clean(
        [
          `Thread: ${stream.threadId ?? 'unknown'}`,
          `Last turn: ${turn}`,
          stream.usage === null
            ? ''
            : `Tokens: ${stream.usage.inputTokens} in (${stream.usage.cachedInputTokens} cached), ${stream.usage.outputTokens} out`,
          ...failed,
          stream.lastMessage === null ? '' : `Last message:\n${stream.lastMessage}`,
          excerpt === '' ? '' : `Events:\n${excerpt}`,
        ]
          .filter((part) => part !== '')
          .join('\n\n'),
      ),
      contentMax,
    ),
  }
}

function reviewMemory(input: MemoriesInput): Told {
  const { review } = input
  if (review === null)
    return { summary: `No review of ${label(input)} was read.`, content: 'No review was read.' }
  const threads =
    review.kind === 'threads_open' || review.kind === 'changes_requested' ? review.threads : []
  const reviews = review.kind === 'changes_requested' ? review.reviews : []
  return {
    summary: `The review of ${shortSha(review.commit)}: ${review.kind}. ${one(review.because)}`,
    content: [
      review.because,
      ...reviews.map(
        ({ author, body, url }) => `${author.login} requested changes (${url}):\n${body}`,
      ),
      ...threads.map(
        ({ thread }) =>
          `${placeOf(thread)}\n${thread.comments.map(({ author, body, url }) => `${author.login} (${url}):\n${body}`).join('\n')}`,
      ),
    ].join('\n\n'),
  }
}

function pullRequestMemory(input: MemoriesInput): Told {
  const { pullRequest: pull, diff } = input
  if (pull === null)
    return {
      summary: `No pull request of ${label(input)} was found.`,
      content: 'No pull request was found.',
    }
  const files =
    diff?.files.map(
      ({ path, change, added, removed }) => `${change} ${path} +${added} −${removed}`,
    ) ?? []
  return {
    summary: `Pull request #${pull.number} (${pull.state}${pull.draft ? ', draft' : ''}): ${one(pull.title, 200)}`,
    content: [
      `${pull.title}\n${pull.url}`,
      `${pull.headBranch} → ${pull.baseBranch} at ${pull.head ?? 'unknown'}`,
      files.join('\n'),
      pull.body,
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  }
}

function verdictText(answer: Answer): string {
  return [
    `Judge: ${answer.decision}, confidence ${answer.confidence}.`,
    ...answer.requirements_coverage.map(
      ({ requirement, met }) => `${met ? 'met' : 'not met'}: ${requirement}`,
    ),
    ...answer.missing_items.map((item) => `missing: ${item}`),
    ...answer.suggested_fixes.map((fix) => `suggested: ${fix}`),
  ].join('\n')
}

function tagsOf({ run, outcome }: MemoriesInput): readonly string[] {
  const { claims } = run
  return [
    `issue:${claims.issueNumber}`,
    `repo:${claims.repository}`,
    `workflow:${claims.workflowName ?? 'unknown'}`,
    `attempt:${run.attempt}`,
    `status:${outcome.status}`,
    `stage:${claims.stage}`,
  ]
}

function metadataOf({
  run,
  outcome,
  ciUrl,
  prUrl,
}: MemoriesInput): Readonly<Record<string, string | number | null>> {
  return {
    runId: run.id,
    attempt: run.attempt,
    status: outcome.status,
    reason: outcome.reason,
    commit: run.commitSha,
    ciUrl,
    prUrl,
    workflowName: run.claims.workflowName,
    workflowNamespace: run.claims.workflowNamespace,
    startedAt: isoOrNull(run.claims.startedAt),
    finishedAt: isoOrNull(run.claims.finishedAt),
    decidedAt: iso(outcome.at),
  }
}
