import { fc, test as prop } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { addMillis, type Instant, toInstant } from '../lib/instant.ts'
import { computeReviewableSince, type HeadHistory } from './reviewable-since.ts'

const start = toInstant('2026-05-01T12:00:00Z')
const at = (minutes: number): Instant => addMillis(start, minutes * 60_000)
const bare: HeadHistory = {
  pullRequestCreatedAt: at(0),
  readyAt: null,
  pushProvenAt: null,
  pushSeenAt: null,
  branch: 'codex/issue-41',
  suites: [],
  committedAt: null,
  firstSeenAt: at(50),
  lastOtherHeadAt: null,
}

const suite = (minutes: number, branch: string | null = bare.branch) => ({
  createdAt: at(minutes),
  branch,
})

test.each<{ readonly title: string; readonly of: Partial<HeadHistory>; readonly is: number }>([
  {
    title: 'the push webhook, if it is the earliest proof',
    of: { pushSeenAt: at(10), suites: [suite(20)], committedAt: at(5) },
    is: 10,
  },
  {
    title: 'what a webhook proves, however late it arrived',
    of: { pushProvenAt: at(10), pushSeenAt: at(500), committedAt: at(5) },
    is: 10,
  },
  {
    title: 'the earliest check suite, if the webhook arrived later',
    of: { pushSeenAt: at(500), suites: [suite(30), suite(20)], committedAt: at(5) },
    is: 20,
  },
  {
    title: 'the check suite, if no webhook arrived',
    of: { suites: [suite(20)], committedAt: at(30) },
    is: 20,
  },
  {
    title: 'not the check suite of a push to another branch',
    of: { pushProvenAt: at(30), suites: [suite(20, 'scratch')], committedAt: at(5) },
    is: 30,
  },
  {
    title: 'a check suite whose branch is not known, unless it is older than a proven push',
    of: { pushSeenAt: at(500), suites: [suite(20, null)], committedAt: at(5) },
    is: 20,
  },
  {
    title: 'not a check suite without a known branch that is older than a proven push',
    of: { pushProvenAt: at(30), suites: [suite(20, null)], committedAt: at(5) },
    is: 30,
  },
  {
    title: 'not what proves an earlier push, after which another head was the head',
    of: { pushProvenAt: at(30), suites: [suite(10), suite(40)], lastOtherHeadAt: at(20) },
    is: 30,
  },
  { title: 'else the commit date', of: { committedAt: at(30) }, is: 30 },
  {
    title: 'a commit older than the pull request counts from its creation',
    of: { committedAt: at(-30) },
    is: 0,
  },
  {
    title: 'a commit dated after we saw it counts from when we saw it',
    of: { committedAt: at(5000) },
    is: 50,
  },
  { title: 'else when we first saw it', of: {}, is: 50 },
  {
    title: 'never before the pull request was created',
    of: { pullRequestCreatedAt: at(40), pushSeenAt: at(10) },
    is: 40,
  },
  {
    title: 'never before it was last marked ready',
    of: { readyAt: at(45), pushSeenAt: at(10) },
    is: 45,
  },
  {
    title: 'never before the last moment at which we saw another head',
    of: { lastOtherHeadAt: at(48), pushSeenAt: at(10), readyAt: at(45) },
    is: 48,
  },
])('$title', ({ of, is }) => {
  expect(computeReviewableSince({ ...bare, ...of })).toBe(at(is))
})

const moment = fc.integer({ min: -100, max: 100 }).map(at)
const maybe = fc.option(moment, { nil: null })
prop.prop([
  fc.record({
    pullRequestCreatedAt: moment,
    readyAt: maybe,
    pushProvenAt: maybe,
    pushSeenAt: maybe,
    branch: fc.constant(bare.branch),
    suites: fc.array(
      fc.record({ createdAt: maybe, branch: fc.constantFrom(bare.branch, 'scratch', null) }),
      { maxLength: 3 },
    ),
    committedAt: maybe,
    firstSeenAt: moment,
    lastOtherHeadAt: maybe,
  }),
])('the moment is never before a time that is certain', (head) => {
  const since = computeReviewableSince(head)
  for (const known of [head.pullRequestCreatedAt, head.readyAt, head.lastOtherHeadAt]) {
    if (known !== null) expect(since).toBeGreaterThanOrEqual(known)
  }
})

prop.prop([moment, maybe, moment, moment])(
  'the date of a commit changes nothing once a webhook has named it',
  (pushSeenAt, pushProvenAt, committedAt, firstSeenAt) => {
    const head = { ...bare, pushSeenAt, pushProvenAt, firstSeenAt }
    expect(computeReviewableSince({ ...head, committedAt })).toBe(computeReviewableSince(head))
  },
)
