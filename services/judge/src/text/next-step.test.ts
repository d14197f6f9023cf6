import { expect, test } from 'vitest'
import { toInstant } from '../lib/instant.ts'
import { describeNextStep, type NextStepInput } from './next-step.ts'

const at = toInstant('2026-11-30T10:21:00Z')
const none: NextStepInput = {
  status: 'run_complete',
  wait: null,
  child: null,
  dispatch: null,
  question: null,
  prNumber: null,
  reason: null,
}
const dispatch = { state: 'pending', at, attempt: 2, because: null }
const ask = (what: NonNullable<NextStepInput['wait']>['what'], hasBegun = false) => ({
  what,
  deadline: at,
  hasBegun,
})
const idle = 'There is nothing for you to do here.'

test.each<[Partial<NextStepInput>, string, boolean?]>([
  [
    { status: 'notified', wait: ask('completion') },
    `${idle} If its workflow has not reported its end by 2026-11-30 10:21 UTC, a person is asked.`,
  ],
  [{ status: 'run_complete' }, `It is looked at within seconds. ${idle}`],
  [
    { status: 'run_complete', wait: ask('pull_request') },
    `${idle} If there is no pull request by 2026-11-30 10:21 UTC, another attempt is started, or a person is asked if none is left.`,
  ],
  [
    { status: 'waiting_for_ci', wait: ask('ci', true) },
    `${idle} If CI has not ended by 2026-11-30 10:21 UTC, another attempt is started, or a person is asked if none is left.`,
  ],
  [
    { status: 'waiting_for_ci', wait: ask('ci') },
    `${idle} If CI has not ended by 2026-11-30 10:21 UTC, a person is asked.`,
  ],
  [
    { status: 'waiting_for_review', wait: ask('review', true) },
    `${idle} If no review has come by 2026-11-30 10:21 UTC, a person is asked.`,
  ],
  [
    { status: 'judging', wait: ask('judge') },
    `${idle} If no model has answered by 2026-11-30 10:21 UTC, a person is asked.`,
  ],
  [{ status: 'completed', prNumber: 2140 }, 'Pull request #2140 is ready for you to merge.', true],
  [
    { status: 'completed', reason: 'accepted_without_change', prNumber: 3 },
    `The issue is done without a change. ${idle}`,
  ],
  [{ status: 'needs_iteration', dispatch }, `Attempt 2 starts at 2026-11-30 10:21 UTC. ${idle}`],
  [
    { status: 'needs_iteration', dispatch: { ...dispatch, at: null } },
    `Attempt 2 is about to start. ${idle}`,
  ],
  [
    { status: 'needs_iteration', dispatch: { ...dispatch, state: 'done' } },
    `Attempt 2 is at work. ${idle}`,
  ],
  [
    {
      status: 'needs_iteration',
      dispatch: { ...dispatch, state: 'skipped', because: 'policy only observes' },
    },
    'Attempt 2 is not started: policy only observes.',
  ],
  [
    {
      status: 'needs_iteration',
      dispatch: { ...dispatch, state: 'replaced', because: 'the issue was closed' },
    },
    'Attempt 2 was withdrawn: the issue was closed.',
  ],
  [
    { status: 'needs_iteration', dispatch: { ...dispatch, state: 'failed' } },
    'Attempt 2 could not be started; a person is asked.',
  ],
  [{ status: 'needs_iteration', dispatch, child: { attempt: 2 } }, `Attempt 2 took over. ${idle}`],
  [{ status: 'needs_iteration' }, 'No further attempt is planned.'],
  [
    { status: 'needs_human', question: { deadline: at, probeAt: null } },
    'It waits for your answer. Without an answer it closes on 2026-11-30 10:21 UTC.',
    true,
  ],
  [
    { status: 'needs_human', question: { deadline: null, probeAt: at } },
    'It waits for your answer. It is tried again by itself at 2026-11-30 10:21 UTC.',
    true,
  ],
  [{ status: 'needs_human' }, 'Another attempt was requested, or the question is closed.'],
  [{ status: 'superseded' }, `The newer attempt goes on. ${idle}`],
  [{ status: 'closed' }, `Nothing more happens to it. ${idle}`],
  [{ status: 'closed', child: { attempt: 4 } }, `Attempt 4 took over. ${idle}`],
])('%j', (over, text, needsYou = false) => {
  expect(describeNextStep({ ...none, ...over })).toMatchObject({ text, needsYou })
})
