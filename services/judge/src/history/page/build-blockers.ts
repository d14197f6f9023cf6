import { shortenSha, toSentence } from '../../lib/text.ts'
import { isOpen } from '../../run/lifecycle.ts'
import type { BlockerView } from '../http/run-page-schemas.ts'
import { type BlockerInput, createCard, type StoredInstruction } from './blocker-input.ts'
import { cutExcerpt } from './build-diff-view.ts'
import { buildWaits } from './build-wait-blockers.ts'
import { cutLog } from './cut-log.ts'
import type { StoredThread } from './stored-facts.ts'

/** More cards than anybody reads. */
export const MAX_BLOCKERS = 200

/**
 * What stands between a run and its end, or what ended it: one card each, what decides first at the
 * beginning. Pure, and total.
 */
export function buildBlockers(input: BlockerInput): readonly BlockerView[] {
  const { status } = input
  if (isOpen(status)) return buildWaits(input).slice(0, MAX_BLOCKERS)
  switch (status) {
    case 'needs_iteration':
      return listFaults(input).slice(0, MAX_BLOCKERS)
    case 'needs_human':
      return [...buildQuestion(input), ...listFaults(input)].slice(0, MAX_BLOCKERS)
    case 'completed':
      return listProofs(input).slice(0, MAX_BLOCKERS)
    case 'superseded':
    case 'closed':
      return [buildEnd(input)]
    default:
      return status satisfies never
  }
}

const agent = { kind: 'agent', name: 'the agent' } as const

function buildQuestion({ question, run }: BlockerInput): readonly BlockerView[] {
  if (question === null) return []
  return [
    createCard({
      id: `question:${question.id}`,
      kind: 'question',
      title: question.text,
      text: `Recommended: ${question.recommendation}.`,
      owner: { kind: 'person', name: 'a person' },
      since: run.wait?.since ?? null,
      until: run.wait?.deadline ?? null,
      afterwards: 'the run is closed as unanswered',
      commitSha: run.commitSha,
    }),
  ]
}

/** What the next attempt has to put right or, where nothing says that, the gates that refuse. */
function listFaults(input: BlockerInput): readonly BlockerView[] {
  const blocking = input.instructions.filter(
    ({ gate }) => gate === 'judge' || input.gates.some(({ name }) => name === gate),
  )
  const faults =
    blocking.length > 0
      ? blocking.flatMap((instruction) => buildFault(instruction, input))
      : input.gates
          .filter(({ result }) => result === 'refuse')
          .flatMap(({ name, because }) =>
            buildFault({ id: name, gate: name, text: because }, input),
          )
  if (faults.length > 0 || input.question !== null) return faults
  return [buildEnd(input)]
}

function buildFault(instruction: StoredInstruction, input: BlockerInput): readonly BlockerView[] {
  const { id, gate, text } = instruction
  const { run, facts } = input
  const common = {
    id,
    owner: gate === 'ci' && run.reason === 'ci_action_required' ? aPerson : agent,
    since: run.decidedAt,
    commitSha: run.commitSha,
    became: findUptake(instruction, input),
  }
  const thread = facts.threads.find((one) => `thread:${one.id}` === id)
  if (thread !== undefined)
    return [
      {
        ...buildThread(thread, input),
        ...common,
        since: thread.createdAt === null ? null : new Date(thread.createdAt).toISOString(),
      },
    ]
  const check = facts.checks.find((one) => `check:${one.app}/${one.label}` === id)
  if (check !== undefined) {
    const kept = input.logs.get(check.id)
    return [
      createCard({
        ...common,
        kind: 'check',
        title: `${check.label} ${stateWords[check.state] ?? check.state}`,
        text: kept === undefined ? (check.summary ?? '') : '',
        url: check.url,
        since:
          check.completedAt === null ? run.decidedAt : new Date(check.completedAt).toISOString(),
        excerpt: kept === undefined ? null : toLogExcerpt(kept),
      }),
    ]
  }
  if (gate === 'review' && facts.requests.length > 0)
    return facts.requests.map((request, index) =>
      createCard({
        ...common,
        id: `${id}:${index + 1}`,
        kind: 'review',
        title: `${request.author} requested changes`,
        text: request.body,
        url: request.url,
        since: request.at === null ? null : new Date(request.at).toISOString(),
      }),
    )
  if (gate === 'judge')
    return [createCard({ ...common, kind: 'requirement', title: text, text: '' })]
  return [buildGateFault(instruction, common, input)]
}

const aPerson = { kind: 'person', name: 'a person' } as const

function buildGateFault(
  { id, gate, text }: StoredInstruction,
  common: Pick<BlockerView, 'id' | 'owner' | 'since' | 'commitSha' | 'became'>,
  { gates, diff }: BlockerInput,
): BlockerView {
  const found = gates.find(({ name }) => name === gate)
  const own = (found?.evidence ?? []).find(
    (item) => id === `${item.kind}:${item.findingId ?? item.url ?? item.path ?? item.text}`,
  )
  if (own !== undefined)
    return createCard({
      ...common,
      kind: 'finding',
      title: own.text,
      text: typeof own.detail === 'string' ? own.detail : (found?.because ?? ''),
      path: own.path,
      line: own.line,
      url: own.url,
      excerpt: cutExcerpt(diff, own.path, own.line),
    })
  const first = found?.evidence.find(({ path }) => path !== null)
  return createCard({
    ...common,
    kind: 'gate',
    title: found?.because ?? text,
    text: (found?.evidence ?? []).map((item) => item.text).join('\n'),
    path: first?.path ?? null,
    line: first?.line ?? null,
    url: found?.evidence.find(({ url }) => url !== null)?.url ?? null,
    excerpt: cutExcerpt(diff, first?.path ?? null, first?.line ?? null),
  })
}

function findUptake({ id, gate }: StoredInstruction, { child }: BlockerInput) {
  const found = child?.uptake.find((one) => one.id === id && one.gate === gate)
  return child === null || !found?.result
    ? null
    : { result: found.result, because: found.because, runId: child.id }
}

function buildThread(thread: StoredThread, { diff, run }: BlockerInput): BlockerView {
  const [title, text] = splitComment(thread.body)
  return createCard({
    id: `thread:${thread.id}`,
    kind: 'thread',
    title: title === '' ? `Review thread at ${thread.path}` : title,
    text,
    owner: { kind: 'reviewer', name: thread.author },
    severity: thread.severity,
    path: thread.path,
    line: thread.line,
    url: thread.url,
    commitSha: thread.commit ?? run.commitSha,
    excerpt: cutExcerpt(diff, thread.path, thread.line),
  })
}

/** The first line of a comment without its markup, and the rest. */
export function splitComment(body: string): readonly [string, string] {
  const [first = '', ...rest] = body.trim().split('\n')
  const title = first
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(/^[#\s]+|[*_`]{2,}/g, '')
    .trim()
  return rest.join('\n').trim() === '' && title.length > 120
    ? ['', body.trim()]
    : [title, rest.join('\n').trim()]
}

const stateWords: Readonly<Record<string, string>> = {
  failure: 'failed',
  timed_out: 'timed out',
  cancelled: 'was cancelled',
  startup_failure: 'could not start',
  action_required: 'waits for a person',
  stale: 'is stale',
  queued: 'has not begun',
  in_progress: 'has not ended',
}

function toLogExcerpt(kept: string): BlockerView['excerpt'] {
  const { from, lines, errorLine, truncated } = cutLog(kept)
  return {
    from,
    lines: lines.map((text, index) => ({
      number: from + index,
      kind: index === errorLine ? 'error' : 'log',
      text,
    })),
    truncated,
  }
}

/** Each requirement with the line that meets it, and what became of the threads. */
function listProofs(input: BlockerInput): readonly BlockerView[] {
  const { coverage, facts, diff, run } = input
  const requirements = coverage.map(({ requirement, citations, test }, index) => {
    const proof = citations.find(({ holds }) => holds === true) ?? null
    return createCard({
      id: `requirement:${index + 1}`,
      kind: 'requirement',
      title: requirement,
      text:
        test === null ? '' : `Covered by ${test.path}${test.line === null ? '' : `:${test.line}`}.`,
      owner: { kind: 'service', name: 'the judge' },
      path: proof?.path ?? null,
      line: proof?.line ?? null,
      since: run.decidedAt,
      commitSha: run.commitSha,
      excerpt:
        cutExcerpt(diff, proof?.path ?? null, proof?.line ?? null) ??
        (proof === null || proof.line === null
          ? null
          : {
              from: proof.line,
              lines: [{ number: proof.line, kind: 'context', text: proof.quote }],
              truncated: false,
            }),
    })
  })
  const threads = facts.histories
    .filter(({ became }) => became === 'resolved')
    .map((history) =>
      createCard({
        id: `thread:${history.id}`,
        kind: 'thread',
        title: `${history.path}${history.line === null ? '' : `:${history.line}`}`,
        text: history.resolvedBy === null ? 'resolved' : `resolved by ${history.resolvedBy}`,
        owner: { kind: 'reviewer', name: history.openedBy ?? 'unknown' },
        path: history.path,
        line: history.line,
        url: history.url,
        commitSha: run.commitSha,
      }),
    )
  return run.reason === 'decided_by_person' || requirements.length === 0
    ? [buildEnd(input), ...requirements, ...threads]
    : [...requirements, ...threads]
}

function buildEnd({ run, decidedBy }: BlockerInput): BlockerView {
  const isPerson = decidedBy !== null && decidedBy !== 'service'
  const commit = run.commitSha === null ? '' : ` at ${shortenSha(run.commitSha)}`
  return createCard({
    id: 'end',
    kind: 'end',
    title: run.headline,
    text: toSentence(run.reasonText ?? `${run.statusWords}${commit}`),
    owner: isPerson
      ? { kind: 'person', name: decidedBy }
      : run.reasonKind === 'ended_outside' && run.reason !== 'newer_run'
        ? aPerson
        : { kind: 'service', name: 'the service' },
    url: run.prUrl,
    since: run.decidedAt ?? run.updatedAt,
    commitSha: run.commitSha,
  })
}
