import { fc, test as prop } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { addMillis, type Instant, toInstant } from '../lib/instant.ts'
import { computeReviewableSince, type HeadHistory } from './reviewable-since.ts'

const start = toInstant('2026-05-01T12:00:00Z')
const at = (minutes: number): Instant => addMillis(start, minutes * 60_000)
const bare: HeadHistory = {
  pullRequestCreatedAt: at(0),
  readyAt: null,
  pushSeenAt: null,
  firstSuiteAt: null,
  committedAt: null,
  firstSeenAt: at(50),
  lastOtherHeadAt: null,
}

test.each<{ readonly says: string; readonly of: Partial<HeadHistory>; readonly is: number }>([
  {
    says: 'the push webhook, if it is the latest',
    of: { pushSeenAt: at(10), firstSuiteAt: at(20), committedAt: at(30) },
    is: 10,
  },
  {
    says: 'else the earliest check suite',
    of: { firstSuiteAt: at(20), committedAt: at(30) },
    is: 20,
  },
  { says: 'else the commit date', of: { committedAt: at(30) }, is: 30 },
  {
    says: 'a commit older than the pull request counts from its creation',
    of: { committedAt: at(-30) },
    is: 0,
  },
  {
    says: 'a commit dated after we saw it counts from when we saw it',
    of: { committedAt: at(5000) },
    is: 50,
  },
  { says: 'else when we first saw it', of: {}, is: 50 },
  {
    says: 'never before the pull request was created',
    of: { pullRequestCreatedAt: at(40), pushSeenAt: at(10) },
    is: 40,
  },
  {
    says: 'never before it was last marked ready',
    of: { readyAt: at(45), pushSeenAt: at(10) },
    is: 45,
  },
  {
    says: 'never before the last moment at which we saw another head',
    of: { lastOtherHeadAt: at(48), pushSeenAt: at(10), readyAt: at(45) },
    is: 48,
  },
])('$says', ({ of, is }) => {
  expect(computeReviewableSince({ ...bare, ...of })).toBe(at(is))
})

const moment = fc.integer({ min: -100, max: 100 }).map(at)
const maybe = fc.option(moment, { nil: null })
prop.prop([
  fc.record({
    pullRequestCreatedAt: moment,
    readyAt: maybe,
    pushSeenAt: maybe,
    firstSuiteAt: maybe,
    committedAt: maybe,
    firstSeenAt: moment,
    lastOtherHeadAt: maybe,
  }),
])('it is never before what is known for sure', (head) => {
  const since = computeReviewableSince(head)
  for (const known of [head.pullRequestCreatedAt, head.readyAt, head.lastOtherHeadAt]) {
    if (known !== null) expect(since).toBeGreaterThanOrEqual(known)
  }
})
