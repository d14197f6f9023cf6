import { expect, test } from 'vitest'
import { type Instant, toInstant } from '../../services/judge/src/lib/instant.ts'
import { makeSha, useKit } from './kit.ts'
import { makeWebhook } from './make-messages.ts'

const kit = useKit()
const branch = 'codex/issue-41'

const at = (time: string): Instant => toInstant(`2026-05-01T${time}Z`)
/** A webhook about a push. Without a time it proves nothing but that the push has happened. */
const push = (before: string | null, after: string, time: string | null) =>
  kit.recorder.record(
    makeWebhook({
      signal: 'head',
      push: {
        branch,
        before: before === null ? null : makeSha(before),
        after: makeSha(after),
        forced: false,
        provenAt: time === null ? null : at(time),
      },
    }),
  )
/** When each head is proven to have been pushed, and when it was last known to be the head. */
const heads = async () =>
  Object.fromEntries(
    (
      await kit.query(
        `select left(sha, 1) as sha, replaced_at is null as newest,
                to_char(proven_at at time zone 'utc', 'HH24:MI') as proven,
                case when last_seen_at > now() - interval '1 minute' then 'now'
                     else to_char(last_seen_at at time zone 'utc', 'HH24:MI') end as seen
           from heads`,
      )
    ).map(({ sha, newest, proven, seen }) => [
      sha,
      `${newest ? 'newest' : 'replaced'}, proven ${proven ?? 'not'}, seen ${seen}`,
    ]),
  )
/** A reading of GitHub's API named this head. */
const observe = (sha: string, time: string) =>
  kit.query(
    `insert into heads (repository_key, branch, sha, last_seen_at) values ('acme/widgets', $1, $2, $3)`,
    [branch, makeSha(sha), `2026-05-01T${time}Z`],
  )

// docs/consistency.md, "Heads only move forward".
test('a backlog of pushes is stored with the times at which they happened', async () => {
  await push(null, 'a', '10:00')
  await push('a', 'b', '10:30')
  expect(await heads()).toEqual({
    a: 'replaced, proven 10:00, seen 10:00',
    b: 'newest, proven 10:30, seen 10:30',
  })
})

test('the second webhook of a push keeps the earlier of the two times', async () => {
  await push('a', 'b', '10:30')
  await push('a', 'b', '10:31')
  expect((await heads()).b).toBe('newest, proven 10:30, seen 10:31')
})

test('a head that is pushed again is proven by its last push', async () => {
  await push(null, 'a', '10:00')
  await push('a', 'b', '10:30')
  await push('b', 'a', '11:00')
  expect((await heads()).a).toBe('newest, proven 11:00, seen 11:00')
  await push('a', 'b', '11:30')
  await push('a', 'b', '11:31')
  expect(await heads()).toEqual({
    a: 'replaced, proven 11:00, seen 11:00',
    b: 'newest, proven 11:30, seen 11:31',
  })
})

test('a head was the head until the push after it, however late that is read', async () => {
  await observe('a', '10:45')
  await push('a', 'b', '10:30')
  expect((await heads()).a).toBe('replaced, proven not, seen 10:30')
})

test('the head before a push is known to be replaced, even if its webhook comes later', async () => {
  await push('a', 'b', '10:30')
  await push('0', 'a', '10:00')
  expect(await heads()).toMatchObject({
    a: expect.stringMatching(/^replaced/),
    b: 'newest, proven 10:30, seen 10:30',
  })
})

test('a push without a time counts from its arrival, and never from a time to come', async () => {
  await push('0', 'a', null)
  expect((await heads()).a).toBe('newest, proven not, seen now')
  await kit.recorder.record(
    makeWebhook({
      push: {
        ...{ branch, before: makeSha('a'), after: makeSha('b'), forced: false },
        provenAt: toInstant('2999-01-01T00:00:00Z'),
      },
    }),
  )
  expect((await heads()).b).toMatch(/seen now$/)
})

test('a time before the push of the head before is a stale copy and proves nothing', async () => {
  await push(null, 'a', '10:00')
  await push('a', 'b', '09:00')
  expect((await heads()).b).toBe('newest, proven not, seen now')
})
