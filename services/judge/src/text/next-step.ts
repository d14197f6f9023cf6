import { formatUtc, type Instant } from '../lib/instant.ts'
import { isOpen, type Status } from '../run/lifecycle.ts'
import type { WaitKind } from '../run/run.ts'

/** What happens to a run by itself, by when, and whether a person has to act. */
export interface NextStep {
  readonly text: string
  readonly at: Instant | null
  readonly needsYou: boolean
}

export interface NextStepInput {
  readonly status: Status
  /** The wait that decides first; null: the run waits for nothing, or is about to be looked at. */
  readonly wait: {
    readonly what: WaitKind
    readonly deadline: Instant | null
    /** True if something of it has begun, such as a check. */
    readonly hasBegun: boolean
  } | null
  /** The run that took over; null: none has yet. */
  readonly child: { readonly attempt: number } | null
  /** The dispatch of the next attempt; null: none is planned. */
  readonly dispatch: {
    readonly state: string
    readonly at: Instant | null
    readonly attempt: number | null
    /** Why it is not sent, if it is not. */
    readonly because: string | null
  } | null
  /** The open question; null: there is none. */
  readonly question: { readonly deadline: Instant | null; readonly probeAt: Instant | null } | null
  readonly prNumber: number | null
  readonly reason: string | null
}

const NOTHING_TO_DO = 'There is nothing for you to do here.'

/** Pure, and total: every state of a run has a next step, if only that there is none. */
export function describeNextStep(input: NextStepInput): NextStep {
  const { status } = input
  if (isOpen(status)) return describeWait(input)
  switch (status) {
    case 'completed':
      return describeCompleted(input)
    case 'needs_iteration':
      return describeNextAttempt(input)
    case 'needs_human':
      return describeQuestion(input)
    case 'superseded':
      return rest(`The newer attempt goes on. ${NOTHING_TO_DO}`)
    case 'closed':
      return input.child === null
        ? rest(`Nothing more happens to it. ${NOTHING_TO_DO}`)
        : rest(`Attempt ${input.child.attempt} took over. ${NOTHING_TO_DO}`)
    default:
      return status satisfies never
  }
}

const rest = (text: string, at: Instant | null = null): NextStep => ({ text, at, needsYou: false })

const absences: Readonly<Record<WaitKind, string>> = {
  completion: 'its workflow has not reported its end',
  pull_request: 'there is no pull request',
  commit: 'its commit is not on GitHub',
  mergeability: 'GitHub has not said whether it merges',
  ci: 'CI has not ended',
  review: 'no review has come',
  github: 'GitHub cannot be read',
  artifacts: 'its artifacts cannot be read',
  policy: "the repository's policy cannot be read",
  issue: 'its issue cannot be read',
  judge: 'no model has answered',
  citations: 'the files that the judge cites cannot be read',
  code: 'the code around the change cannot be read',
}

/** What is the agent's own failure if it never comes; anything else is a question to a person. */
const agentWaits: ReadonlySet<WaitKind> = new Set(['pull_request', 'commit'])

/** What happens when a wait is over without what was waited for. */
export const describeTimeout = (what: WaitKind, hasBegun: boolean): string =>
  agentWaits.has(what) || (what === 'ci' && hasBegun)
    ? 'another attempt is started, or a person is asked if none is left'
    : 'a person is asked'

function describeWait({ wait }: NextStepInput): NextStep {
  if (wait === null || wait.deadline === null)
    return rest(`It is looked at within seconds. ${NOTHING_TO_DO}`)
  const { what, deadline, hasBegun } = wait
  const isForAgent = agentWaits.has(what) || (what === 'ci' && hasBegun)
  const then = isForAgent
    ? 'another attempt is started, or a person is asked if none is left'
    : 'a person is asked'
  return rest(`${NOTHING_TO_DO} If ${absences[what]} by ${formatUtc(deadline)}, ${then}.`, deadline)
}

const describeCompleted = ({ prNumber, reason }: NextStepInput): NextStep =>
  prNumber === null || reason === 'accepted_without_change'
    ? rest(`The issue is done without a change. ${NOTHING_TO_DO}`)
    : {
        text: `Pull request #${prNumber} is ready for you to merge.`,
        at: null,
        needsYou: true,
      }

function describeNextAttempt({ child, dispatch }: NextStepInput): NextStep {
  if (child !== null) return rest(`Attempt ${child.attempt} took over. ${NOTHING_TO_DO}`)
  if (dispatch === null) return rest('No further attempt is planned.')
  const { state, at, because } = dispatch
  const attempt = dispatch.attempt === null ? 'The next attempt' : `Attempt ${dispatch.attempt}`
  switch (state) {
    case 'done':
      return rest(`${attempt} is at work. ${NOTHING_TO_DO}`)
    case 'skipped':
      return rest(`${attempt} is not started: ${because ?? 'nothing starts it'}.`)
    case 'failed':
      return rest(`${attempt} could not be started; a person is asked.`)
    case 'replaced':
      return rest(`${attempt} was withdrawn${because === null ? '' : `: ${because}`}.`)
    default:
      return at === null
        ? rest(`${attempt} is about to start. ${NOTHING_TO_DO}`)
        : rest(`${attempt} starts at ${formatUtc(at)}. ${NOTHING_TO_DO}`, at)
  }
}

function describeQuestion({ question, child }: NextStepInput): NextStep {
  if (question === null)
    return child === null
      ? {
          text: 'Another attempt was requested, or the question is closed.',
          at: null,
          needsYou: false,
        }
      : rest(`Attempt ${child.attempt} took over. ${NOTHING_TO_DO}`)
  const { deadline, probeAt } = question
  const closes = deadline === null ? '' : ` Without an answer it closes on ${formatUtc(deadline)}.`
  const tries = probeAt === null ? '' : ` It is tried again by itself at ${formatUtc(probeAt)}.`
  return {
    text: `It waits for your answer.${tries}${closes}`,
    at: probeAt ?? deadline,
    needsYou: true,
  }
}
