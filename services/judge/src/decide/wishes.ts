import type { Answer } from '../judge/verdict.ts'
import type { Instant, Millis } from '../lib/instant.ts'
import { iso } from '../lib/instant.ts'
import { knownValue } from '../lib/known.ts'
import { count, listed } from '../lib/text.ts'
import type { Status, TerminalStatus } from '../run/lifecycle.ts'
import type { Reason } from '../run/reasons.ts'
import { type CommitSha, issueLabel } from '../run/run.ts'
import {
  type EscalationText,
  escalationMessage,
  type MessageSubject,
  reminderMessage,
  resolvedMessage,
  successMessage,
} from '../text/discord-message.ts'
import { reasonInWords } from '../text/escalation.ts'
import { buildMemories } from '../text/memories.ts'
import { statusLine } from '../text/status-line.ts'
import type { Effect } from './effect.ts'
import type { Facts, OpenEscalation } from './facts.ts'
import { judgedCommit, pullRequestOf, type Situation } from './situation.ts'
import type { Wish } from './step.ts'

/**
 * How long an outside without a patience of its own is tried again before its effect is given up as
 * failed.
 */
const DEFAULT_PATIENCE: Millis = 24 * 3_600_000

export const wish = (
  effect: Effect,
  more: { notBefore?: Instant; patience?: Millis; skip?: string } = {},
): Wish => ({
  effect,
  notBefore: more.notBefore ?? null,
  patience: more.patience ?? DEFAULT_PATIENCE,
  skip: more.skip ?? null,
})

/** How a run ended, as the effects that tell of it need it. */
export interface Ending {
  readonly status: TerminalStatus
  readonly reason: Reason
  readonly causeReason: Reason | null
  readonly because: string
  readonly answer: Answer | null
  readonly nextPrompt: string | null
  /** `service`, or the person who decided. */
  readonly by: string
}

/**
 * What an end tells the outside: the status of the commit, ten memories, and a message where
 * somebody should know.
 */
export function endWishes(
  situation: Situation,
  ending: Ending,
  asked: EscalationText | null,
): readonly Wish[] {
  const settled = settledWish(situation.facts, {
    by: ending.by,
    what: `${ending.status} (${ending.reason})`,
    note: ending.because,
  })
  if (ending.status === 'superseded' || ending.status === 'closed') return settled
  return [
    ...settled,
    ...statusWish(situation, { ...ending, waitsFor: [] }),
    ...rememberWish(situation, ending),
    ...messageWish(situation, ending, asked),
  ]
}

/**
 * The commit's status, if its text would change. Its key carries the text, since one commit has
 * many statuses in its life and only the newest wish of a (repository, commit, context) is carried
 * out.
 */
export function statusWish(
  { facts, policy }: Situation,
  about: {
    status: Status
    reason: Reason | null
    causeReason: Reason | null
    because: string | null
    waitsFor: readonly string[]
  },
): readonly Wish[] {
  const line = statusLine(about)
  const commit = statusCommit(facts)
  const { repository } = facts.run.claims
  if (line === null || !policy.status.enabled) return []
  const { context } = policy.status
  const effect: Effect = {
    kind: 'status',
    key: statusKey(repository, commit, context),
    repository,
    commit,
    context,
    ...line,
  }
  if (repository === null || commit === null) {
    // An open run without a commit has nothing to show yet; an ended one says why there is no
    // status.
    return about.reason === null
      ? []
      : [
          wish(effect, {
            skip:
              repository === null
                ? 'the repository is not known'
                : 'there is no commit to set it on',
          }),
        ]
  }
  const last = facts.effects
    .filter(({ key }) => key.startsWith(`${effect.key}:`) || key === effect.key)
    .at(-1)?.effect
  if (
    last?.kind === 'status' &&
    last.state === effect.state &&
    last.description === effect.description
  )
    return []
  return [wish(effect)]
}

/**
 * The head under judgement; where it is not looked at now (a person decides, GitHub is away), the
 * one it was judged by last.
 */
function statusCommit(facts: Facts): CommitSha | null {
  if (facts.change.kind === 'known' && facts.change.value.kind === 'none') return null
  return judgedCommit(facts) ?? facts.run.commitSha
}

const statusKey = (repository: string | null, commit: string | null, context: string): string =>
  `status:${(repository ?? 'unknown').toLowerCase()}@${commit ?? 'none'}:${context}`

function rememberWish({ facts, results, now }: Situation, ending: Ending): readonly Wish[] {
  const memories = buildMemories({
    run: facts.run,
    outcome: {
      status: ending.status,
      reason: ending.reason,
      because: ending.because,
      by: ending.by,
      at: now,
    },
    results,
    answer: ending.answer,
    nextPrompt: ending.nextPrompt,
    evidence: knownValue(facts.evidence),
    enrichment: facts.enrichment,
    review: knownValue(facts.review),
    pullRequest: pullRequestOf(facts),
    diff: knownValue(facts.diff),
    ciUrl: facts.ciUrl,
    prUrl: pullRequestOf(facts)?.url ?? facts.seen.prUrl,
    looked: facts.change.kind === 'known',
  })
  const effect: Effect = {
    kind: 'remember',
    key: `remember:${facts.run.id}:${facts.run.version}`,
    memories,
  }
  return [
    memories.length === 0
      ? wish(effect, { skip: 'the repository or the issue is not known' })
      : wish(effect),
  ]
}

function messageWish(
  situation: Situation,
  ending: Ending,
  asked: EscalationText | null,
): readonly Wish[] {
  const { facts } = situation
  const about = messageSubject(facts)
  // One message for each time a run ends so: a run that a person sends back may end again.
  const key = (what: string) => `discord:${facts.run.id}:${what}:${facts.run.version}`
  if (ending.status === 'completed') {
    return [
      wish({
        kind: 'discord',
        key: key('completed'),
        channel: 'success',
        what: 'completed',
        text: successMessage(about, summary(situation, ending)),
        edits: null,
      }),
    ]
  }
  if (ending.status !== 'needs_human' || asked === null) return []
  return [
    wish({
      kind: 'discord',
      key: key('escalation'),
      channel: 'escalation',
      what: 'escalation',
      text: escalationMessage(about, asked),
      edits: null,
    }),
  ]
}

function summary({ facts }: Situation, ending: Ending): string {
  const diff = knownValue(facts.diff)
  const changed =
    diff === null
      ? ''
      : ` ${count(diff.files.length, 'file')} changed (+${diff.added} −${diff.removed}).`
  const met = ending.answer?.requirements_coverage.length
  const proof = met === undefined ? '' : ` ${count(met, 'requirement')} met.`
  return `${ending.because}${proof}${changed}`
}

/**
 * What the message that asked becomes once its question is settled by a person or by time: still
 * the question, and its end. A message that is on its way is edited when it has arrived (somebody
 * who reads it can be faster than its answer to us), and one that was never sent has nothing to
 * edit.
 */
export function settledWish(
  facts: Facts,
  resolution: { readonly by: string; readonly what: string; readonly note: string | null },
): readonly Wish[] {
  const { escalation, run } = facts
  const sent = facts.effects
    .filter(
      ({ effect, state }) =>
        effect.kind === 'discord' &&
        effect.what === 'escalation' &&
        (state === 'done' || state === 'unknown' || state === 'pending'),
    )
    .at(-1)
  if (escalation === null || sent === undefined) return []
  const text = resolvedMessage(messageSubject(facts), askedBefore(facts, escalation), resolution)
  return [
    wish({
      kind: 'discord',
      key: `${sent.key}:settled:${run.version}`,
      channel: 'escalation',
      what: 'settled',
      text,
      edits: sent.key,
    }),
  ]
}

/** The reminder of a question that nobody has answered; once an escalation. */
export function reminderWish(facts: Facts): readonly Wish[] {
  const { escalation, run } = facts
  if (escalation === null) return []
  const asked = askedBefore(facts, escalation)
  return [
    wish({
      kind: 'discord',
      key: `discord:${run.id}:reminder:${escalation.id}`,
      channel: 'escalation',
      what: 'reminder',
      text: reminderMessage(messageSubject(facts), asked),
      edits: null,
    }),
  ]
}

function askedBefore({ run }: Facts, escalation: OpenEscalation): EscalationText {
  return {
    reason:
      run.reason === null
        ? 'A person must act.'
        : reasonInWords({
            reason: run.reason,
            causeReason: run.causeReason,
            because: run.reasonText ?? '',
          }),
    question: escalation.question,
    options: escalation.options,
    recommendation: escalation.recommendation,
    closesAt: iso(escalation.deadline),
  }
}

function messageSubject(facts: Facts): MessageSubject {
  const { claims, prNumber } = facts.run
  const pullRequest = pullRequestOf(facts)
  const status = knownValue(facts.ci)?.kind ?? facts.seen.ciStatus
  const issue = knownValue(facts.issue)
  const evidence = knownValue(facts.evidence)
  return {
    repository: claims.repository,
    issueNumber: claims.issueNumber,
    issueUrl: claims.issueUrl ?? issue?.url ?? null,
    prNumber: pullRequest?.number ?? prNumber,
    prUrl: pullRequest?.url ?? facts.seen.prUrl,
    ci: status === null ? null : { status, url: facts.ciUrl },
    runUrl: facts.runUrl,
    artifacts: (evidence?.readings ?? [])
      .filter(({ state }) => state === 'found')
      .map(({ name }) => name),
  }
}

export const runLabel = ({ run }: Facts): string =>
  issueLabel(run.claims.repository, run.claims.issueNumber)

/**
 * What an open run waits for, as a commit status names it; no times, so that it changes only when
 * the wait does.
 */
export const waitNames = (names: readonly string[]): string => listed([...new Set(names)], 4)
