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

test.each<{ readonly title: string; readonly of: Partial<HeadHistory>; readonly is: number }>([
  {
    title: 'the push webhook, if it is the latest',
    of: { pushSeenAt: at(10), firstSuiteAt: at(20), committedAt: at(30) },
    is: 10,
  },
  {
    title: 'else the earliest check suite',
    of: { firstSuiteAt: at(20), committedAt: at(30) },
    is: 20,
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
    pushSeenAt: maybe,
    firstSuiteAt: maybe,
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
