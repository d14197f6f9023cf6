import type { Reason, ReasonFor } from '../run/reasons.ts'
import type { OptionId, Question } from './question.ts'

/** How the question of one reason is asked. */
export interface QuestionTemplate {
  readonly type: Question['type']
  readonly formatQuestion: (subject: QuestionSubject) => string
  readonly options: Partial<Readonly<Record<OptionId, string>>>
  readonly recommendation: OptionId
  /** What is asked instead where another reason is behind this one. */
  readonly afterCause?: Pick<QuestionTemplate, 'formatQuestion' | 'options' | 'recommendation'>
}
interface QuestionSubject {
  /** `owner/name#n`, or `20 issues`. */
  readonly label: string
  readonly workflow: string
  /** ` (ci_failed: CI failed for the commit)`, or empty. */
  readonly cause: string
}

const accept = 'Accept the change as it is and complete the run.'
const close = 'Close the run and do nothing more.'
const rerun = 'Start another attempt with your note in its prompt.'
const resume = 'Fixed: collect the evidence and judge again.'

/** One question per reason: the question says what a person must do, the options what follows. */
const templates: Readonly<Record<ReasonFor<'needs_human'>, QuestionTemplate>> = {
  outage: {
    type: 'manual',
    formatQuestion: ({ label }) =>
      `A system that the decision about ${label} needs cannot be read. ` +
      'Will you make it available, or correct our credentials?',
    options: { resume: 'It works again: collect the evidence and judge again.', accept, close },
    recommendation: 'resume',
  },
  base_broken: {
    type: 'manual',
    formatQuestion: ({ label }) =>
      `Checks of ${label} fail in the same way on the base branch. Will you repair the base branch?`,
    options: {
      resume: 'Repaired: collect the evidence and judge again.',
      accept,
      rerun: 'Let another attempt repair it, with your note in its prompt.',
      close,
    },
    recommendation: 'resume',
  },
  missing_metadata: {
    type: 'manual',
    formatQuestion: ({ workflow }) =>
      `Workflow ${workflow} does not say which repository and issue it worked on. ` +
      'Will you add that, or should the run be closed?',
    options: { resume, close },
    recommendation: 'close',
  },
  completion_missing: {
    type: 'manual',
    formatQuestion: ({ label, workflow }) =>
      `No end of workflow ${workflow} for ${label} is known: none was reported, or Argo does not ` +
      'confirm the one that was. Is it lost?',
    options: { rerun, resume: 'It has ended: look for its completion again.', close },
    recommendation: 'rerun',
  },
  merge_conflict: {
    type: 'manual',
    formatQuestion: ({ label }) =>
      `The pull request for ${label} conflicts with its base. ` +
      'Will you resolve it yourself, or let another attempt do it?',
    options: {
      resume: 'Resolved: collect the evidence and judge again.',
      rerun: 'Let another attempt resolve it, with your note in its prompt.',
      close,
    },
    recommendation: 'rerun',
  },
  secret_found: {
    type: 'manual',
    formatQuestion: ({ label }) =>
      `The change for ${label} seems to contain a secret. ` +
      'Is it real, and if so, has it been revoked and removed?',
    options: {
      resume: 'Revoked and removed: collect the evidence and judge again.',
      rerun: 'Let another attempt remove it, with your note in its prompt.',
      accept: 'Not a secret: accept the change as it is.',
      close,
    },
    recommendation: 'rerun',
  },
  ci_action_required: {
    type: 'authorization',
    formatQuestion: ({ label }) =>
      `A check on the commit for ${label} waits for a person's approval. Will you approve it?`,
    options: { resume: 'Approved: wait for CI again.', accept, close },
    recommendation: 'resume',
  },
  ci_missing: {
    type: 'manual',
    formatQuestion: ({ label }) =>
      `CI never reported a result for ${label}. Will you start CI, or decide without it?`,
    options: {
      resume: 'Started: wait for CI again.',
      accept: 'Decide without CI: accept the change as it is.',
      close,
    },
    recommendation: 'resume',
  },
  review_missing: {
    type: 'decision',
    formatQuestion: ({ label }) =>
      `No review was given for ${label}. Will you get a review, or decide without one?`,
    options: {
      resume: 'A review is coming: wait for it again.',
      accept: 'Decide without a review: accept the change as it is.',
      close,
    },
    recommendation: 'resume',
  },
  policy_invalid: {
    type: 'manual',
    formatQuestion: ({ label }) =>
      `The policy file in the repository of ${label} is invalid. ` +
      'Will you correct it on the default branch?',
    options: { resume: 'Corrected: read it and judge again.', close },
    recommendation: 'resume',
  },
  judge_unavailable: {
    type: 'manual',
    formatQuestion: ({ label }) =>
      `Every gate passed for ${label}, but the judge gave no usable answer. Ask again?`,
    options: { resume: 'Ask the judge again.', accept, rerun, close },
    recommendation: 'resume',
  },
  judge_split: {
    type: 'decision',
    formatQuestion: ({ label }) => `The judge models disagree about ${label}. Is the issue done?`,
    options: {
      accept: 'Yes: accept the change.',
      rerun: 'No: start another attempt with your note in its prompt.',
      close,
    },
    recommendation: 'rerun',
  },
  low_confidence: {
    type: 'decision',
    formatQuestion: ({ label }) =>
      `Every gate passed for ${label}, but no judge model was confident enough. Is the issue done?`,
    options: {
      accept: 'Yes: accept the change.',
      rerun: 'No: start another attempt with your note in its prompt.',
      close,
    },
    recommendation: 'accept',
  },
  injection_suspected: {
    type: 'decision',
    formatQuestion: ({ label }) =>
      `Text in the evidence for ${label} tries to influence the judge. Is it harmless?`,
    options: {
      accept: 'Yes: accept the change.',
      rerun: 'No: start another attempt with your note in its prompt.',
      close,
    },
    recommendation: 'close',
  },
  no_progress: {
    type: 'decision',
    formatQuestion: ({ label, cause }) =>
      `The attempts at ${label} make no progress${cause}. What should the next one do differently?`,
    options: { rerun: 'Start another attempt that follows your note.', accept, close },
    recommendation: 'rerun',
  },
  attempts_exhausted: {
    type: 'decision',
    formatQuestion: ({ label, cause }) =>
      `Every allowed attempt at ${label} has been used${cause}. Is another one worth it?`,
    options: {
      rerun: 'Yes: start one more attempt with your note in its prompt.',
      accept: 'No: accept the change as it is.',
      close,
    },
    recommendation: 'rerun',
  },
  budget_exhausted: {
    type: 'authorization',
    formatQuestion: ({ label }) =>
      `The budget for judging ${label} is used up. Will you raise it, or decide without the judge?`,
    options: {
      resume: 'Raised: ask the judge again.',
      accept: 'Decide without the judge: accept the change as it is.',
      close,
    },
    recommendation: 'resume',
    // The change was judged; it is the next attempt that cannot be paid.
    afterCause: {
      formatQuestion: ({ label, cause }) =>
        `The budget of ${label} is used up, so it gets no further attempt${cause}. ` +
        'Is one more worth the money that a run may spend?',
      options: {
        rerun: 'Yes: add that much to its budget, and start one more attempt with your note.',
        resume: 'The policy allows more now: judge it again, and go on.',
        accept: 'No: accept the change as it is.',
        close,
      },
      recommendation: 'rerun',
    },
  },
  dispatch_failed: {
    type: 'manual',
    formatQuestion: ({ label }) =>
      `The next attempt at ${label} could not be started. Is the dispatcher working again?`,
    options: {
      rerun: 'Yes: start the attempt now.',
      resume: 'Yes: collect the evidence and judge again first.',
      accept,
      close,
    },
    recommendation: 'rerun',
  },
  infrastructure_exhausted: {
    type: 'manual',
    formatQuestion: ({ label }) =>
      `Infrastructure failed too many times for ${label}. Is it fixed?`,
    options: { rerun: 'Yes: start another attempt.', resume, close },
    recommendation: 'rerun',
  },
  decided_by_person: {
    type: 'decision',
    formatQuestion: ({ label }) =>
      `${label} was sent to a person for a decision. What should happen?`,
    options: { rerun, resume: 'Collect the evidence and judge again.', accept, close },
    recommendation: 'resume',
  },
  tests_weakened: {
    type: 'decision',
    formatQuestion: ({ label }) =>
      `The change for ${label} weakens the tests that it should pass. Is that intended?`,
    options: {
      accept: 'Yes: accept the change.',
      rerun: 'No: start another attempt with your note in its prompt.',
      close,
    },
    recommendation: 'rerun',
  },
}

const hasTemplate = (reason: Reason): reason is keyof typeof templates =>
  Object.hasOwn(templates, reason)

/** For any other reason that policy sends to a person. */
const defaultTemplate: QuestionTemplate = {
  type: 'decision',
  formatQuestion: ({ label }) => `What should happen with ${label}?`,
  options: { rerun, resume, accept, close },
  recommendation: 'rerun',
}

export const getQuestionTemplate = (reason: Reason): QuestionTemplate =>
  hasTemplate(reason) ? templates[reason] : defaultTemplate
