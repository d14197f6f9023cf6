import { describe, expect, test } from 'vitest'
import {
  agent,
  alice,
  at,
  badge,
  codex,
  createReview,
  head,
  older,
  rabbit,
  reaction,
  shipped,
  thread,
  threadComment,
} from '../../../../test/harness/review-samples.ts'
import type { ReviewThread } from '../github/snapshot.ts'
import { parseCommitSha } from '../run/run.ts'
import { computeReviewOutcome } from './compute-review-outcome.ts'
import { describeHistory } from './describe-history.ts'

const between = parseCommitSha('c'.repeat(40)) ?? head
const opening = (lastCommit: typeof head | null = older) =>
  threadComment(codex, badge('P1'), { reviewCommit: older, lastCommit, createdAt: at(-9) })
const reply = (body: string, author = agent) => threadComment(author, body, { url: `#${body}` })
const outdated = (...comments: ReviewThread['comments']) =>
  thread(codex, '', { outdated: true, comments })

const readHistory = (one: ReviewThread) => {
  const seen = createReview({
    threads: [one],
    heads: [
      { sha: head, firstSeenAt: at(0) },
      { sha: older, firstSeenAt: at(-9) },
      { sha: between, firstSeenAt: at(-5) },
    ],
  })
  const [history] = computeReviewOutcome(seen, at(1), shipped).threadHistories
  if (history === undefined) throw new Error('no history')
  return history
}

describe('what became of a thread', () => {
  test.each([
    ['open', thread(codex, badge('P1')), 'open', null],
    [
      'resolved',
      thread(codex, badge('P1'), { resolved: true, resolvedBy: 'alice' }),
      'resolved',
      'resolved by alice',
    ],
    ['resolved by no one we know', thread(alice, '', { resolved: true }), 'resolved', 'resolved'],
    [
      'changed by the head after the last one with its lines',
      outdated(opening(between)),
      'changed',
      'its lines changed in aaaaaaa',
    ],
    [
      'changed by a head before this one',
      outdated(opening()),
      'changed',
      'its lines changed in ccccccc',
    ],
    [
      'changed since its review, where GitHub moved it to the head',
      outdated(opening(head)),
      'changed',
      'its lines changed in ccccccc',
    ],
    [
      'changed, where GitHub names no commit',
      outdated(opening(null)),
      'changed',
      'its lines changed in ccccccc',
    ],
    [
      'declined with a reason',
      thread(codex, '', {
        comments: [opening(), reply("Won't fix, because the name is public.")],
      }),
      'declined',
      "codex-agent declined it: “Won't fix, because the name is public.”",
    ],
    [
      'declined after its lines changed',
      outdated(opening(between), reply('This is by design.'), reply('Thanks.', alice)),
      'declined',
      'its lines changed in aaaaaaa; codex-agent declined it: “This is by design.”',
    ],
    [
      'answered after its lines changed',
      outdated(opening(between), reply('Fixed in the last commit.')),
      'answered',
      'its lines changed in aaaaaaa; codex-agent replied: “Fixed in the last commit.”',
    ],
    [
      'answered without a change',
      thread(codex, '', { comments: [opening(), reply('On it.')] }),
      'open',
      null,
    ],
    [
      'a reply of the one who opened it answers nothing',
      outdated(opening(between), reply('Still wrong.', codex)),
      'changed',
      'its lines changed in aaaaaaa',
    ],
    [
      'a reply of another bot answers nothing',
      outdated(opening(between), reply("won't fix", rabbit)),
      'changed',
      'its lines changed in aaaaaaa',
    ],
  ])('%s', (_what, one, became, text) => {
    const history = readHistory(one)
    expect(history.became).toBe(became)
    expect(describeHistory(history)).toBe(text)
  })

  test.each([
    "won't fix",
    'Won’t fix: it is public.',
    'Wontfix.',
    'I will not change this, because it is tested.',
    'Declined. The caller checks it.',
    'This is intentional.',
    'False positive: `n` is never null.',
    'Out of scope for this issue.',
    'Leaving it as is.',
  ])('%j declines it', (body) => {
    expect(readHistory(thread(codex, '', { comments: [opening(), reply(body)] })).became).toBe(
      'declined',
    )
  })

  test.each([
    'Fixed.',
    'Good catch, changed.',
    '> Won’t fix\n\nI fixed it after all.',
    'The design is better now.',
  ])('%j does not', (body) => {
    expect(readHistory(thread(codex, '', { comments: [opening(), reply(body)] })).became).toBe(
      'open',
    )
  })

  test('nothing but resolving a thread unblocks it, and the reason says what became of it', () => {
    const threads = [
      outdated(opening(between), reply('Fixed.')),
      thread(codex, badge('P2'), { path: 'src/b.ts' }),
    ]
    const seen = { threads, reactions: [reaction('THUMBS_UP')] }
    expect(computeReviewOutcome(createReview(seen), at(1), shipped)).toMatchObject({
      kind: 'threads_open',
      because:
        '2 review threads are open (src/a.ts:3: its lines changed in aaaaaaa; codex-agent replied: “Fixed.”)',
    })
    const resolved = threads.map((one) => ({ ...one, resolved: true }))
    expect(
      computeReviewOutcome(createReview({ ...seen, threads: resolved }), at(1), shipped),
    ).toMatchObject({
      kind: 'approved',
      threadHistories: [{ became: 'resolved' }, { became: 'resolved' }],
    })
  })
})
