import { addMillis, earliest, formatUtc, type Instant, type Millis } from '../lib/instant.ts'
import { pluralize } from '../lib/text.ts'
import type { Policy } from '../policy/policy.ts'
import { formatIssueLabel } from '../run/run.ts'
import {
  buildEscalationMessage,
  buildReminderMessage,
  buildResolvedMessage,
  type EscalationText,
  type QuestionSubjects,
} from '../text/discord-message.ts'
import { buildEscalation, explainReason } from '../text/escalation.ts'
import type { Effect } from './effect.ts'
import { planEffect } from './effects/plan-effect.ts'
import type { EscalationResolution, SharedEscalation } from './shared-escalation.ts'
import type { PlannedEffect } from './step.ts'

/**
 * What to do with a shared escalation. The effects belong to the first of its runs. `dueAt` null:
 * nothing is left to do.
 */
export interface EscalationStep {
  /** The question to store, if it has changed. */
  readonly question: string | null
  readonly effects: readonly PlannedEffect[]
  readonly reminded: boolean
  /** Ends the escalation; its runs follow. */
  readonly resolution: {
    readonly kind: Exclude<EscalationResolution, 'answered'>
    readonly because: string
  } | null
  /** Lets this run try again for all. */
  readonly probes: string | null
  /** Lets some of the runs follow the resolution. */
  readonly releases: boolean
  readonly dueAt: Instant | null
}

/** How soon the next runs follow a resolution or an answer, or a busy run is checked again. */
const RELEASE_EVERY_MS: Millis = 2_000
const ANSWER_EVERY_MS: Millis = 5_000
const BUSY_POLL_MS: Millis = 5_000

const nothing: EscalationStep = {
  question: null,
  effects: [],
  reminded: false,
  resolution: null,
  probes: null,
  releases: false,
  dueAt: null,
}

/**
 * What to do with a shared escalation now: show which runs it has, remind of it, let one of its
 * runs try again, or end it. Pure and total, like `decide`.
 */
export function decideEscalation(
  escalation: SharedEscalation,
  now: Instant,
  policy: Pick<Policy, 'escalation'>,
): EscalationStep {
  if (escalation.state !== 'open') {
    if (escalation.resolution !== null || escalation.runCount === 0)
      return followResolution(escalation, now)
    // An older release knows of one run only, and closed the question of all.
    const because = 'The question was closed by an older release.'
    return { ...nothing, resolution: { kind: 'recovered', because }, dueAt: now }
  }
  if (escalation.runCount === 0)
    return { ...nothing, resolution: { kind: 'left', because: 'No run waits for it.' }, dueAt: now }
  if (now >= escalation.deadline) {
    const because = `No one answered by ${formatUtc(escalation.deadline)}.`
    return { ...nothing, resolution: { kind: 'unanswered', because }, dueAt: now }
  }
  const { remindAt, deadline } = escalation
  const reminded = remindAt !== null && now >= remindAt
  const probe = planProbe(escalation, now, policy)
  const question = formatQuestion(escalation)
  return {
    ...nothing,
    question: question === escalation.question ? null : question,
    effects: [
      ...planOpenEdit(escalation, policy),
      ...(reminded ? planReminder(escalation, policy) : []),
    ],
    reminded,
    probes: probe.probes,
    dueAt: earliest(
      deadline,
      ...[reminded ? null : remindAt, probe.dueAt].filter((moment) => moment !== null),
    ),
  }
}

function planProbe(
  { probeAt, prober, isProbing }: SharedEscalation,
  now: Instant,
  policy: Pick<Policy, 'escalation'>,
): { readonly probes: string | null; readonly dueAt: Instant | null } {
  if (probeAt === null || now < probeAt) return { probes: null, dueAt: probeAt }
  return isProbing
    ? { probes: null, dueAt: addMillis(now, BUSY_POLL_MS) }
    : { probes: prober, dueAt: addMillis(now, policy.escalation.retry) }
}

/** The runs follow in batches, so that thousands of them do not start at once. */
function followResolution(escalation: SharedEscalation, now: Instant): EscalationStep {
  const { runCount, resolution, answer } = escalation
  const effects = planEdit(
    escalation,
    buildResolvedMessage(toSubjects(escalation), toText(escalation, null), {
      by: answer?.by ?? 'service',
      what: answer?.what ?? resolution ?? 'closed',
      note: answer?.note ?? null,
    }),
  )
  const every = resolution === 'answered' ? ANSWER_EVERY_MS : RELEASE_EVERY_MS
  return {
    ...nothing,
    effects,
    releases: runCount > 0,
    dueAt: runCount > 0 ? addMillis(now, every) : null,
  }
}

/** The message is edited once it has had several runs: until then it is as it was sent. */
function planOpenEdit(
  escalation: SharedEscalation,
  policy: Pick<Policy, 'escalation'>,
): readonly PlannedEffect[] {
  if (escalation.runCount < 2 && escalation.message?.wasEdited !== true) return []
  return planEdit(
    escalation,
    buildEscalationMessage(toSubjects(escalation), toText(escalation, policy)),
  )
}

function planEdit({ message, edition }: SharedEscalation, text: string): readonly PlannedEffect[] {
  if (message === null || message.text === text) return []
  const effect: Effect = {
    kind: 'discord',
    key: `${message.key}:edit:${edition}`,
    channel: 'escalation',
    what: 'shared',
    text,
    edits: message.key,
  }
  return [planEffect(effect)]
}

const planReminder = (
  escalation: SharedEscalation,
  policy: Pick<Policy, 'escalation'>,
): readonly PlannedEffect[] => [
  planEffect({
    kind: 'discord',
    key: `discord:reminder:${escalation.id}`,
    channel: 'escalation',
    what: 'reminder',
    text: buildReminderMessage(toSubjects(escalation), toText(escalation, policy)),
    edits: null,
  }),
]

function formatQuestion({ runs, runCount, reason, options }: SharedEscalation): string {
  const [first] = runs
  const label =
    runCount > 1
      ? pluralize(runCount, 'issue')
      : formatIssueLabel(first?.repository ?? null, first?.issueNumber ?? null)
  return buildEscalation({
    reason,
    causeReason: null,
    because: '',
    label,
    workflowName: null,
    dispatchable: options.some(({ id }) => id === 'rerun'),
  }).question
}

function toSubjects({ runs, runCount }: SharedEscalation): QuestionSubjects {
  const [first] = runs
  if (runCount > 1 || first === undefined || runs.length > 1)
    return { count: Math.max(runCount, runs.length), runs }
  const { ciStatus, ciUrl } = first
  return { ...first, ci: ciStatus === null ? null : { status: ciStatus, url: ciUrl } }
}

const toText = (
  escalation: SharedEscalation,
  policy: Pick<Policy, 'escalation'> | null,
): EscalationText => ({
  reason: explainReason(escalation.explanation),
  question: formatQuestion(escalation),
  options: escalation.options,
  recommendation: escalation.recommendation,
  closesAt: escalation.deadline,
  retryEvery: escalation.probeAt === null || policy === null ? null : policy.escalation.retry,
})
