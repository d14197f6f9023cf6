import { getKnownValue } from '../../lib/known.ts'
import { pluralize, toSentence } from '../../lib/text.ts'
import {
  buildEscalationMessage,
  buildReminderMessage,
  buildResolvedMessage,
  buildSuccessMessage,
  type EscalationText,
  type MessageSubject,
} from '../../text/discord-message.ts'
import { explainReason } from '../../text/escalation.ts'
import { buildHeadline } from '../../text/headline.ts'
import type { Facts, OpenEscalation } from '../facts.ts'
import { getJudgedCommit, getPullRequest, type Situation } from '../situation.ts'
import type { PlannedEffect } from '../step.ts'
import type { Ending } from './ending.ts'
import { planEffect } from './plan-effect.ts'

/** The message that a run is completed, or the question to a person; nothing for other endings. */
export function planMessage(
  situation: Situation,
  ending: Ending,
  question: EscalationText | null,
): readonly PlannedEffect[] {
  const { facts } = situation
  const subject = toMessageSubject(facts)
  // The version is part of the key: a run that a person sends back may end the same way again.
  const buildKey = (what: string) => `discord:${facts.run.id}:${what}:${facts.run.version}`
  if (ending.status === 'completed') {
    return [
      planEffect({
        kind: 'discord',
        key: buildKey('completed'),
        channel: 'success',
        what: 'completed',
        text: buildSuccessMessage(subject, summarize(situation, ending)),
        edits: null,
      }),
    ]
  }
  if (ending.status !== 'needs_human' || question === null) return []
  return [
    planEffect({
      kind: 'discord',
      key: buildKey('escalation'),
      channel: 'escalation',
      what: 'escalation',
      text: buildEscalationMessage(subject, question),
      edits: null,
    }),
  ]
}

/** The headline of the run, and how much it was. */
function summarize({ facts }: Situation, ending: Ending): string {
  const diff = getKnownValue(facts.diff)
  const changed =
    diff === null
      ? ''
      : ` ${pluralize(diff.files.length, 'file')} changed (+${diff.added} −${diff.removed}).`
  const met = ending.answer?.requirements_coverage.length
  const requirements = met === undefined ? '' : ` ${pluralize(met, 'requirement')} met.`
  const { headline } = buildHeadline({
    ...ending,
    commitSha: getJudgedCommit(facts) ?? facts.run.commitSha,
    waitingFor: [],
  })
  const sentence = toSentence(`${headline.charAt(0).toUpperCase()}${headline.slice(1)}`)
  return `${sentence}${requirements}${changed}`
}

/**
 * The edit of the message that asked, once a person or the deadline has resolved its question: it
 * keeps the question and adds the resolution. A message still being sent is edited after it
 * arrives, because a person can answer before Discord has confirmed it to us. A message that was
 * never sent needs no edit, and that of a shared escalation is not edited here.
 */
export function planResolvedMessage(
  facts: Facts,
  resolution: { readonly by: string; readonly what: string; readonly note: string | null },
): readonly PlannedEffect[] {
  const { escalation, run } = facts
  const sent = facts.effects.findLast(
    ({ effect, state }) =>
      effect.kind === 'discord' &&
      effect.what === 'escalation' &&
      (state === 'done' || state === 'unknown' || state === 'pending'),
  )
  if (escalation === null || escalation.shared !== null || sent === undefined) return []
  return [
    planEffect({
      kind: 'discord',
      key: `${sent.key}:settled:${run.version}`,
      channel: 'escalation',
      what: 'settled',
      text: buildResolvedMessage(
        toMessageSubject(facts),
        toEscalationText(facts, escalation),
        resolution,
      ),
      edits: sent.key,
    }),
  ]
}

/** The reminder of an unanswered question, sent once for each escalation. */
export function planReminder(facts: Facts): readonly PlannedEffect[] {
  const { escalation, run } = facts
  if (escalation === null) return []
  return [
    planEffect({
      kind: 'discord',
      key: `discord:${run.id}:reminder:${escalation.id}`,
      channel: 'escalation',
      what: 'reminder',
      text: buildReminderMessage(toMessageSubject(facts), toEscalationText(facts, escalation)),
      edits: null,
    }),
  ]
}

function toEscalationText({ run }: Facts, escalation: OpenEscalation): EscalationText {
  return {
    reason:
      run.reason === null
        ? 'A person must act.'
        : explainReason({
            reason: run.reason,
            causeReason: run.causeReason,
            because: run.reasonText ?? '',
          }),
    question: escalation.question,
    options: escalation.options,
    recommendation: escalation.recommendation,
    closesAt: escalation.deadline,
    retryEvery: null,
  }
}

function toMessageSubject(facts: Facts): MessageSubject {
  const { claims, prNumber } = facts.run
  const pullRequest = getPullRequest(facts)
  const status = getKnownValue(facts.ci)?.kind ?? facts.lastSeen.ciStatus
  const issue = getKnownValue(facts.issue)
  const evidence = getKnownValue(facts.evidence)
  return {
    repository: claims.repository,
    issueNumber: claims.issueNumber,
    issueUrl: claims.issueUrl ?? issue?.url ?? null,
    prNumber: pullRequest?.number ?? prNumber,
    prUrl: pullRequest?.url ?? facts.lastSeen.prUrl,
    ci: status === null ? null : { status, url: facts.ciUrl },
    runUrl: facts.runUrl,
    artifacts: (evidence?.readings ?? [])
      .filter(({ state }) => state === 'found')
      .map(({ name }) => name),
  }
}
