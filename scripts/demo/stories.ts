import type { Finding } from '../../test/world/github/review-verbs.ts'
import { impatient, patient, uploader } from './code.ts'

/** How a message travels from Argo to the service; every form is one that real senders use. */
export type Envelope = 'kafka source' | 'structured' | 'plain' | 'kubectl'

/** What happens outside because of one attempt of the agent. */
export interface Work {
  /** What it pushes; null where it breaks off before. */
  readonly pushes: Readonly<Record<string, string>> | null
  /** The base has moved on in the same lines. */
  readonly conflicts?: boolean
  /** How the check `unit` ends: one entry for each time that it runs. */
  readonly unit: readonly ('success' | 'failure')[]
  /** What the Codex reviewer has to say when it looks. */
  readonly findings: readonly Finding[]
  readonly envelope: Envelope
  /** What the agent says at the end, as its log and its events have it. */
  readonly lastWords: string
}

/** Where an attempt must end, or the demo has failed. */
export interface Expected {
  readonly attempt: number
  readonly status: string
  readonly reason: string
  /** How many attempts of the issue count as used by then. */
  readonly attemptsUsed: number
}

/**
 * What the outside must have seen of the service because of an issue: each once, and nothing beside
 * it.
 */
export interface Seen {
  /** Tasks that the dispatcher was given. */
  readonly dispatches: number
  /** Times that GitHub was asked to run failed checks once more. */
  readonly reruns: number
  readonly successMessages: number
  readonly escalationMessages: number
}

export interface Story {
  /** The number and the name of the message in test/fixtures/argo-messages. */
  readonly message: string
  readonly renderedBy: 'sensor-with-templates' | 'sensor-raw'
  readonly issue: number
  readonly title: string
  /** One entry an attempt; the later ones are worked when the service dispatches them. */
  readonly works: readonly Work[]
  readonly ends: readonly Expected[]
  readonly seen: Seen
}

const green = { unit: ['success'], findings: [] } as const

const accepted = (attempt: number): Expected => ({
  attempt,
  status: 'completed',
  reason: 'accepted',
  attemptsUsed: attempt,
})

const nothing: Seen = { dispatches: 0, reruns: 0, successMessages: 0, escalationMessages: 0 }

/** The five stories, in the order in which their messages arrive. */
export const stories: readonly Story[] = [
  {
    message: '01-succeeded-artifacts',
    renderedBy: 'sensor-with-templates',
    issue: 2125,
    title: 'everything is green',
    works: [
      {
        ...green,
        pushes: patient,
        envelope: 'kafka source',
        lastWords: 'The uploader now tries three times.',
      },
    ],
    ends: [accepted(1)],
    seen: { ...nothing, successMessages: 1 },
  },
  {
    message: '09-iterations-object',
    renderedBy: 'sensor-raw',
    issue: 2133,
    title: 'CI fails by bad luck',
    works: [
      {
        pushes: patient,
        unit: ['failure', 'success'],
        findings: [],
        envelope: 'kafka source',
        lastWords: 'Three attempts, with a test for each case.',
      },
    ],
    ends: [accepted(1)],
    seen: { ...nothing, reruns: 1, successMessages: 1 },
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
            body: 'The three attempts follow each other at once, so a busy store is asked thrice within a millisecond.',
          },
        ],
        envelope: 'structured',
        lastWords: 'The uploader tries three times before it gives up.',
      },
      {
        ...green,
        pushes: patient,
        envelope: 'kafka source',
        lastWords: 'It now waits as long as the store asks for.',
      },
    ],
    ends: [
      { attempt: 1, status: 'needs_iteration', reason: 'review_threads_open', attemptsUsed: 1 },
      { ...accepted(2), attemptsUsed: 2 },
    ],
    seen: { ...nothing, dispatches: 1, successMessages: 1 },
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
        lastWords: 'The patch breaks two tests; giving up.',
      },
      {
        ...green,
        pushes: patient,
        envelope: 'kubectl',
        lastWords: 'Three attempts, and every test passes.',
      },
    ],
    ends: [
      { attempt: 1, status: 'needs_iteration', reason: 'workflow_failed', attemptsUsed: 1 },
      { ...accepted(2), attemptsUsed: 2 },
    ],
    seen: { ...nothing, dispatches: 1, successMessages: 1 },
  },
  {
    message: '13-retried-node',
    renderedBy: 'sensor-raw',
    issue: 2137,
    title: 'the base has moved on',
    works: [
      {
        ...green,
        pushes: patient,
        conflicts: true,
        envelope: 'kafka source',
        lastWords: 'Done; pushed to the branch.',
      },
    ],
    ends: [{ attempt: 1, status: 'needs_human', reason: 'merge_conflict', attemptsUsed: 1 }],
    seen: { ...nothing, escalationMessages: 1 },
  },
]
