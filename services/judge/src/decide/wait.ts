import type { Instant } from '../lib/instant.ts'
import type { OpenStatus } from '../run/lifecycle.ts'
import type { Signal, WaitingFor } from '../run/run.ts'
import { nextLook } from './next-poll.ts'
import type { Situation } from './situation.ts'
import type { Blob, Step, Wish } from './step.ts'
import { statusWish, waitNames } from './wishes.ts'

/** What a run waits for, as the rule that lets it wait says. */
export interface Waiting {
  readonly status: OpenStatus
  readonly what: string
  readonly because: string
  readonly deadline: Instant
  readonly wouldChange: readonly Signal[]
  readonly wishes?: readonly Wish[]
  readonly blobs?: readonly Blob[]
}

/** What may end any judged run, whatever it waits for. */
const ALWAYS: readonly Signal[] = ['head', 'pull_request', 'issue', 'completion', 'person']

/**
 * A wait, put together: what it waits for beside the one that speaks, when to look again, and what
 * the commit's status says. Every wait has a deadline and names the signals that would change it.
 */
export function wait(situation: Situation, waiting: Waiting): Step {
  const { facts, now, results } = situation
  const { run } = facts
  const before = run.waitingFor.find(({ what }) => what === waiting.what)
  const since = before?.since ?? now
  const wouldChange = [...new Set([...waiting.wouldChange, ...ALWAYS])]
  const speaking: WaitingFor = {
    what: waiting.what,
    since,
    deadline: waiting.deadline,
    wouldChange,
  }
  const others = results.flatMap(({ result }): WaitingFor[] =>
    result.result === 'wait' && result.waits.what !== waiting.what
      ? [
          {
            what: result.waits.what,
            since: run.waitingFor.find(({ what }) => what === result.waits.what)?.since ?? now,
            deadline: result.waits.deadline,
            wouldChange: result.waits.wouldChange,
          },
        ]
      : [],
  )
  const looks = run.status === waiting.status && before !== undefined ? facts.looks : 0
  const look = nextLook({ now, since, deadline: waiting.deadline, looks, stretch: facts.stretch })
  const requestAt =
    facts.review.kind === 'known' && facts.review.value.kind === 'pending'
      ? facts.review.value.requestAt
      : null
  const status = statusWish(situation, {
    status: waiting.status,
    reason: null,
    causeReason: null,
    because: null,
    waitsFor: [waitNames([shownName(waiting.what)])],
  })
  return {
    kind: 'wait',
    status: waiting.status,
    because: waiting.because,
    waitingFor: [
      speaking,
      ...others.filter((one, index) => others.findIndex(({ what }) => what === one.what) === index),
    ],
    deadline: waiting.deadline,
    lookAt: requestAt !== null && requestAt > now && requestAt < look ? requestAt : look,
    wishes: [...(waiting.wishes ?? []), ...status],
    blobs: waiting.blobs ?? [],
    results,
  }
}

const names: Readonly<Record<string, string>> = {
  ci: 'CI',
  review: 'the review',
  judge: 'the judge',
  citations: 'the files the judge cites',
  pull_request: 'the pull request',
  github: 'GitHub',
  artifacts: 'the artifacts',
  completion: 'the completion',
}
const shownName = (what: string): string => names[what] ?? what
