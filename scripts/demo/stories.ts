import type { ReviewFinding } from '../../test/world/github/review-verbs.ts'
import { impatient, patient, uploader } from './code.ts'

/** The form in which a message arrives; real senders use all of them. */
export type Envelope = 'kafka source' | 'structured' | 'plain' | 'kubectl'

/** What an attempt of the agent does, and what CI and the reviewer make of it. */
export interface StoryWork {
  /** The pushed files, or null if the agent ends before it pushes. */
  readonly pushes: Readonly<Record<string, string>> | null
  /** Whether the base has changed the same lines. */
  readonly conflicts?: boolean
  /** The result of the check `unit`, one entry for each time that it runs. */
  readonly unit: readonly ('success' | 'failure')[]
  /** The findings of the Codex reviewer. */
  readonly findings: readonly ReviewFinding[]
  readonly envelope: Envelope
  /** The last message of the agent in its log and its events. */
  readonly lastMessage: string
}

/** How an attempt must end. */
export interface ExpectedEnd {
  readonly attempt: number
  readonly status: string
  readonly reason: string
  /** The number of attempts that the issue has used by then. */
  readonly attemptsUsed: number
}

/** The effects that the external systems see for an issue. */
export interface SeenEffects {
  /** Dispatched tasks. */
  readonly dispatches: number
  /** Requests to re-run failed checks. */
  readonly reruns: number
  readonly successMessages: number
  readonly escalationMessages: number
}

export interface Story {
  /** The name of the message in test/fixtures/argo-messages, which begins with a number. */
  readonly message: string
  readonly renderedBy: 'sensor-with-templates' | 'sensor-raw'
  readonly issue: number
  readonly title: string
  /** One entry for each attempt. The service dispatches all but the first. */
  readonly works: readonly StoryWork[]
  readonly ends: readonly ExpectedEnd[]
  readonly seen: SeenEffects
}

const greenReview = { unit: ['success'], findings: [] } as const

const expectAccepted = (attempt: number): ExpectedEnd => ({
  attempt,
  status: 'completed',
  reason: 'accepted',
  attemptsUsed: attempt,
})

const nothingSeen: SeenEffects = {
  dispatches: 0,
  reruns: 0,
  successMessages: 0,
  escalationMessages: 0,
}

/** The five stories, in the order of their messages. */
export const stories: readonly Story[] = [
  {
    message: '01-succeeded-artifacts',
    renderedBy: 'sensor-with-templates',
    issue: 2125,
    title: 'everything passes',
    works: [
      {
        ...greenReview,
        pushes: patient,
        envelope: 'kafka source',
        lastMessage: 'The uploader now tries three times.',
      },
    ],
    ends: [expectAccepted(1)],
    seen: { ...nothingSeen, successMessages: 1 },
  },
  {
    message: '09-iterations-object',
    renderedBy: 'sensor-raw',
    issue: 2133,
    title: 'CI is flaky',
    works: [
      {
        pushes: patient,
        unit: ['failure', 'success'],
        findings: [],
        envelope: 'kafka source',
        lastMessage: 'Three attempts, with a test for each case.',
      },
    ],
    ends: [expectAccepted(1)],
    seen: { ...nothingSeen, reruns: 1, successMessages: 1 },
  },
  {
    message: '11-labels-annotations',
    renderedBy: 'sensor-with-templates',
    issue: 2135,
    title: 'the reviewer objects',
    works: [
      {
        pushes: impatient,
        unit: ['success'],
        findings: [
          {
            path: uploader,
            line: 9,
            priority: 'P1',
            title: 'Honour Retry-After between attempts',
            body: 'A busy store gets all three attempts within a millisecond.',
          },
        ],
        envelope: 'structured',
        lastMessage: 'The uploader tries three times before it gives up.',
      },
      {
        ...greenReview,
        pushes: patient,
        envelope: 'kafka source',
        lastMessage: 'It now waits as long as the store asks for.',
      },
    ],
    ends: [
      { attempt: 1, status: 'needs_iteration', reason: 'review_threads_open', attemptsUsed: 1 },
      { ...expectAccepted(2), attemptsUsed: 2 },
    ],
    seen: { ...nothingSeen, dispatches: 1, successMessages: 1 },
  },
  {
    message: '02-failed-exit-1',
    renderedBy: 'sensor-raw',
    issue: 2126,
    title: 'the workflow fails',
    works: [
      {
        pushes: null,
        unit: [],
        findings: [],
        envelope: 'plain',
        lastMessage: 'The patch breaks two tests; giving up.',
      },
      {
        ...greenReview,
        pushes: patient,
        envelope: 'kubectl',
        lastMessage: 'Three attempts, and every test passes.',
      },
    ],
    ends: [
      { attempt: 1, status: 'needs_iteration', reason: 'workflow_failed', attemptsUsed: 1 },
      { ...expectAccepted(2), attemptsUsed: 2 },
    ],
    seen: { ...nothingSeen, dispatches: 1, successMessages: 1 },
  },
  {
    message: '13-retried-node',
    renderedBy: 'sensor-raw',
    issue: 2137,
    title: 'the base conflicts',
    works: [
      {
        ...greenReview,
        pushes: patient,
        conflicts: true,
        envelope: 'kafka source',
        lastMessage: 'Done; pushed to the branch.',
      },
    ],
    ends: [{ attempt: 1, status: 'needs_human', reason: 'merge_conflict', attemptsUsed: 1 }],
    seen: { ...nothingSeen, escalationMessages: 1 },
  },
]
