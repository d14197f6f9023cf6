import { type OptionId, optionIds, type Question } from '../decide/step.ts'
import type { Reason, ReasonFor } from '../run/reasons.ts'
import { reasonText } from '../run/reasons.ts'
import { oneLine, oneSentence } from './plain.ts'

export interface EscalationInput {
  readonly reason: Reason
  /** What is beneath `attempts_exhausted`, `no_progress` and the like. */
  readonly causeReason: Reason | null
  /** The gate's or the council's own words. */
  readonly because: string
  /** `owner/name#n`, or `unknown#?`. */
  readonly label: string
  readonly workflowName: string | null
  /** False where repository or issue is unknown: no further attempt could be dispatched. */
  readonly dispatchable: boolean
}

interface Entry {
  readonly type: Question['type']
  readonly asks: (about: Asked) => string
  readonly options: Partial<Readonly<Record<OptionId, string>>>
  readonly recommends: OptionId
}
interface Asked {
  readonly label: string
  readonly workflow: string
  readonly cause: string
}

const accept = 'Accept the change as it is; the run is completed.'
const close = 'Close the run; nothing more is done.'
const again = 'Start another attempt; your note joins its prompt.'
const resume = 'It is put right: gather the evidence and judge again.'

/**
 * One answerable question a reason. What a person must do stands in the question, what the answer
 * does in the options.
 */
const entries: Readonly<Record<ReasonFor<'needs_human'> | 'tests_weakened', Entry>> = {
  missing_metadata: {
    type: 'manual',
    asks: ({ workflow }) =>
      `Workflow ${workflow} does not say which repository and issue it worked on; will you add that and judge again, or close the run?`,
    options: { resume, close },
    recommends: 'close',
  },
  completion_missing: {
    type: 'manual',
    asks: ({ label, workflow }) =>
      `Workflow ${workflow} of ${label} announced a result but never reported its end; is it lost?`,
    options: { rerun: again, resume: 'It has ended: look for its completion again.', close },
    recommends: 'rerun',
  },
  merge_conflict: {
    type: 'manual',
    asks: ({ label }) =>
      `The pull request of ${label} conflicts with its base; will you resolve the conflict, or shall another attempt do it?`,
    options: {
      resume: 'The conflict is resolved: gather and judge again.',
      rerun: 'Another attempt resolves it; your note joins its prompt.',
      close,
    },
    recommends: 'rerun',
  },
  secret_found: {
    type: 'manual',
    asks: ({ label }) =>
      `The change of ${label} seems to hold a secret; is it a real one, and if so, has it been revoked and removed?`,
    options: {
      resume: 'It is revoked and removed: gather and judge again.',
      rerun: 'Another attempt removes it; your note joins its prompt.',
      accept: 'It is no secret: accept the change as it is.',
      close,
    },
    recommends: 'rerun',
  },
  ci_action_required: {
    type: 'authorization',
    asks: ({ label }) => `A check of ${label} waits for a person's approval; will you approve it?`,
    options: { resume: 'It is approved: wait for CI again.', accept, close },
    recommends: 'resume',
  },
  ci_missing: {
    type: 'manual',
    asks: ({ label }) =>
      `CI never reported on the commit of ${label}; will you start it, or do without?`,
    options: {
      resume: 'It has been started: wait for CI again.',
      accept: 'Do without CI: accept the change as it is.',
      close,
    },
    recommends: 'resume',
  },
  review_missing: {
    type: 'decision',
    asks: ({ label }) => `The review of ${label} never came; will you get one, or do without?`,
    options: {
      resume: 'A review is on its way: wait for it again.',
      accept: 'Do without a review: accept the change as it is.',
      close,
    },
    recommends: 'resume',
  },
  policy_invalid: {
    type: 'manual',
    asks: ({ label }) =>
      `The policy file of the repository of ${label} cannot be used; will you correct it on the default branch?`,
    options: { resume: 'It is corrected: read it and judge again.', close },
    recommends: 'resume',
  },
  judge_unavailable: {
    type: 'manual',
    asks: ({ label }) =>
      `Every gate of ${label} is green but no usable answer of the judge could be had; shall it be asked again?`,
    options: { resume: 'Ask the judge again.', accept, rerun: again, close },
    recommends: 'resume',
  },
  judge_split: {
    type: 'decision',
    asks: ({ label }) => `The judges disagree about ${label}; is the issue done?`,
    options: {
      accept: 'Yes: accept the change.',
      rerun: 'No: start another attempt; your note joins its prompt.',
      close,
    },
    recommends: 'rerun',
  },
  low_confidence: {
    type: 'decision',
    asks: ({ label }) =>
      `Every gate of ${label} is green but no judge was sure; is the issue done?`,
    options: {
      accept: 'Yes: accept the change.',
      rerun: 'No: start another attempt; your note joins its prompt.',
      close,
    },
    recommends: 'accept',
  },
  injection_suspected: {
    type: 'decision',
    asks: ({ label }) =>
      `Something in the change of ${label} tries to talk to the judge; is it harmless?`,
    options: {
      accept: 'It is harmless: accept the change.',
      rerun: 'It is not: start another attempt; your note joins its prompt.',
      close,
    },
    recommends: 'close',
  },
  no_progress: {
    type: 'decision',
    asks: ({ label, cause }) =>
      `The attempts at ${label} fail in the same way${cause}; what should the next one do differently?`,
    options: { rerun: 'Start another attempt with what your note says.', accept, close },
    recommends: 'rerun',
  },
  attempts_exhausted: {
    type: 'decision',
    asks: ({ label, cause }) =>
      `Every allowed attempt at ${label} has been used${cause}; is another one worth it?`,
    options: {
      rerun: 'Yes: start one more attempt; your note joins its prompt.',
      accept: 'No: accept the change as it is.',
      close,
    },
    recommends: 'rerun',
  },
  budget_exhausted: {
    type: 'authorization',
    asks: ({ label }) =>
      `The budget for judging ${label} is used up; will you raise it, or decide without the judge?`,
    options: {
      resume: 'It is raised: ask the judge again.',
      accept: 'Decide without the judge: accept the change.',
      close,
    },
    recommends: 'resume',
  },
  dispatch_failed: {
    type: 'manual',
    asks: ({ label }) =>
      `The next attempt at ${label} could not be started; is the dispatcher well again?`,
    options: { rerun: 'It is: start the attempt now.', accept, close },
    recommends: 'rerun',
  },
  infrastructure_exhausted: {
    type: 'manual',
    asks: ({ label }) => `Infrastructure failed too many times for ${label}; is it well again?`,
    options: { rerun: 'It is: start another attempt.', resume, close },
    recommends: 'rerun',
  },
  decided_by_person: {
    type: 'decision',
    asks: ({ label }) => `A person wants ${label} looked at; what should become of it?`,
    options: { rerun: again, resume, accept, close },
    recommends: 'resume',
  },
  tests_weakened: {
    type: 'decision',
    asks: ({ label }) =>
      `The change of ${label} weakens the tests it should pass; is that intended?`,
    options: {
      accept: 'It is: accept the change.',
      rerun: 'It is not: start another attempt; your note joins its prompt.',
      close,
    },
    recommends: 'rerun',
  },
}

const isEntry = (reason: Reason): reason is keyof typeof entries => Object.hasOwn(entries, reason)

/** What any other reason asks, should policy send it to a person. */
const anyReason: Entry = {
  type: 'decision',
  asks: ({ label }) => `What should become of ${label}?`,
  options: { rerun: again, resume, accept, close },
  recommends: 'rerun',
}

/** The one question an escalation asks, with the answers that make sense for its reason. */
export function buildEscalation(input: EscalationInput): Question {
  const { reason, causeReason } = input
  const entry = isEntry(reason) ? entries[reason] : anyReason
  const cause =
    causeReason && causeReason !== reason
      ? ` (${causeReason}: ${reasonText(causeReason).replace(/\.$/, '')})`
      : ''
  const question = entry.asks({
    label: oneLine(input.label, 200),
    workflow: oneLine(input.workflowName ?? 'of unknown name', 120),
    cause,
  })
  const options = optionIds.flatMap((id) => {
    const text = entry.options[id]
    return text === undefined || (id === 'rerun' && !input.dispatchable) ? [] : [{ id, text }]
  })
  const recommended = options.some(({ id }) => id === entry.recommends)
    ? entry.recommends
    : (options[0]?.id ?? 'close')
  return {
    type: entry.type,
    question: oneLine(question, 1_000),
    options,
    recommendation: recommended,
  }
}

/**
 * Reasons of which what was found says the same in more exact words: which base, which file, by
 * when.
 */
const toldByFinding: ReadonlySet<Reason> = new Set([
  'merge_conflict',
  'missing_metadata',
  'completion_missing',
  'policy_invalid',
  'judge_split',
])

/**
 * The reason in words, for the message: the reason's own sentence, then what was found, and nothing
 * twice.
 */
export function reasonInWords({
  reason,
  causeReason,
  because,
}: Pick<EscalationInput, 'reason' | 'causeReason' | 'because'>): string {
  const says = reasonText(reason)
  const beneath = causeReason && causeReason !== reason ? reasonText(causeReason) : ''
  const found = oneSentence(because, 800)
    .replace(says, '')
    .replace(beneath, '')
    .replaceAll('  ', ' ')
    .trim()
  const own = found !== '' && toldByFinding.has(reason) ? '' : says
  const cause = beneath === '' ? '' : `Beneath it: ${beneath}`
  return [own, cause, found].filter((part) => part !== '').join(' ')
}
