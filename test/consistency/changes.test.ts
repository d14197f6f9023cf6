import { expect, test } from 'vitest'
import type { InboundMessage } from '../../services/judge/src/correlate/messages.ts'
import { recordChanges } from '../../services/judge/src/correlate/record-changes.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import type { GithubChanged } from '../../services/judge/src/run/event.ts'
import { commitStep, loadForReconcile, makeSha, makeWait, useKit } from './kit.ts'
import { makeCompletion, makeWebhook } from './make-messages.ts'

/* Webhooks that are recorded together have the same effect as when each is recorded alone. */

const kit = useKit()

const runs = () =>
  kit.query(
    `select issue_number as issue, nudges, looks, due_at <= now() as due,
            due_at between now() + interval '10 seconds' and now() + interval '15 seconds' as soon
       from runs order by issue_number`,
  )
const makeSubjects = (over: Partial<GithubChanged['about']>): GithubChanged['about'] => ({
  commits: [],
  branches: [],
  pullRequests: [],
  issues: [],
  ...over,
})
const makeIgnored = (keys: readonly string[] = [`github:${newId()}`]): InboundMessage => ({
  ...makeWebhook({}, keys),
  event: null,
  because: 'The event is not used.',
})

/** A run that waits for CI, was nudged once (by its completion) and is not due for ten minutes. */
async function createWaitingRun(issueNumber: number, over: object = {}): Promise<string> {
  const run = await kit.record(
    makeCompletion({ issueNumber, branch: `codex/issue-${issueNumber}` }),
  )
  const loaded = await loadForReconcile(kit, run)
  expect(await commitStep(kit, loaded, makeWait(loaded.now, over))).toMatchObject({
    kind: 'committed',
  })
  return run
}

test('a run is nudged once by every message that names it and a signal it waits for, however it is named', async () => {
  const ids = [
    await createWaitingRun(1),
    await createWaitingRun(2),
    await createWaitingRun(3),
    await createWaitingRun(4),
    await createWaitingRun(5),
  ]
  await kit.query('update runs set commit_sha = $1 where issue_number = 2', [makeSha('a')])
  await kit.query('update runs set pr_number = 33 where issue_number = 3')
  const { results, nudged } = await recordChanges(kit.db, [
    // Names the first run in two ways, and the second in one: each once.
    makeWebhook({
      about: makeSubjects({ branches: ['codex/issue-1'], issues: [1], commits: [makeSha('a')] }),
    }),
    makeWebhook({ about: makeSubjects({ pullRequests: [33, 1033], branches: ['codex/issue-1'] }) }),
    // A signal that no run waits for, and not decisive: it must not prevent a commit.
    makeWebhook({ about: makeSubjects({ issues: [4] }), signal: 'review', decisive: false }),
    makeWebhook({ about: makeSubjects({ issues: [5] }), repository: 'acme/others' }),
    makeWebhook({
      about: makeSubjects({ issues: [1] }),
      signal: 'head',
      repository: 'ACME/Widgets',
    }),
  ])
  expect(results.map((one) => one && [one.duplicate, one.outcome, one.runId])).toEqual(
    Array.from({ length: 5 }, () => [false, 'recorded', null]),
  )
  expect(await runs()).toEqual([
    { issue: 1, nudges: 4, looks: 0, due: true, soon: false },
    { issue: 2, nudges: 2, looks: 0, due: true, soon: false },
    { issue: 3, nudges: 2, looks: 0, due: true, soon: false },
    { issue: 4, nudges: 1, looks: 1, due: false, soon: true },
    { issue: 5, nudges: 1, looks: 1, due: false, soon: false },
  ])
  expect([...nudged].sort()).toEqual(ids.slice(0, 3).sort())
})

test('a burst of webhooks leaves the same runs, together or one by one, in any order', async () => {
  const burst = (issue: number): readonly InboundMessage[] => [
    makeWebhook({
      about: makeSubjects({ branches: [`codex/issue-${issue}`] }),
      signal: 'ci',
      decisive: false,
    }),
    makeWebhook({
      about: makeSubjects({ branches: [`codex/issue-${issue}`] }),
      signal: 'review',
      decisive: true,
    }),
    makeWebhook({ about: makeSubjects({ issues: [issue] }), signal: 'head', decisive: false }),
    makeWebhook({ about: makeSubjects({ issues: [issue] }), signal: 'issue', decisive: false }),
  ]
  await createWaitingRun(1)
  await createWaitingRun(2)
  // A run that does not wait yet is nudged by any signal.
  await kit.record(makeCompletion({ issueNumber: 3, branch: 'codex/issue-3' }))
  await kit.record(makeCompletion({ issueNumber: 4, branch: 'codex/issue-4' }))
  await recordChanges(kit.db, [...burst(1), ...burst(3)].toReversed())
  for (const one of [...burst(2), ...burst(4)]) await kit.recorder.record(one)
  const [one, two, three, four] = await runs()
  expect({ ...one, issue: 2 }).toEqual(two)
  expect({ ...three, issue: 4 }).toEqual(four)
  expect([one?.nudges, three?.nudges]).toEqual([3, 5])
})

test('a repeated message, in a burst or later, is a duplicate of the first and nudges no run', async () => {
  await createWaitingRun(41, {})
  const old = await kit.recorder.record(makeWebhook({}, ['github:old']))
  const burst = [
    makeWebhook({}, ['github:a']),
    makeWebhook({}, ['github:a', 'ce:a']),
    makeWebhook({}, ['github:old', 'ce:old']),
    makeIgnored(['github:b']),
    makeIgnored(['github:b']),
    makeWebhook({}, []),
    makeWebhook({}, []),
  ]
  const recorded = await Promise.all(burst.map((one) => kit.recorder.record(one)))
  const [a, again, known, b, bAgain, none, another] = recorded
  expect(
    recorded.map(({ duplicate, outcome }) => `${duplicate ? 'again' : 'new'} ${outcome}`),
  ).toEqual([
    'new recorded',
    'again recorded',
    'again recorded',
    'new ignored',
    'again ignored',
    'new recorded',
    'new recorded',
  ])
  expect([again?.inboxId, known?.inboxId, bAgain?.inboxId]).toEqual([
    a?.inboxId,
    old.inboxId,
    b?.inboxId,
  ])
  // A message without keys is never a duplicate.
  expect(none?.inboxId).not.toBe(another?.inboxId)
  expect(
    await kit.query(
      "select key, inbox_id, outcome from deliveries where key like 'github:%' or key like 'ce:%' order by key",
    ),
  ).toEqual([
    { key: 'ce:a', inbox_id: a?.inboxId, outcome: 'recorded' },
    { key: 'ce:old', inbox_id: old.inboxId, outcome: 'recorded' },
    { key: 'github:a', inbox_id: a?.inboxId, outcome: 'recorded' },
    { key: 'github:b', inbox_id: b?.inboxId, outcome: 'ignored' },
    { key: 'github:old', inbox_id: old.inboxId, outcome: 'recorded' },
  ])
  expect(
    await kit.query(
      "select state, count(*)::int as n from inbox where source = 'github' group by state order by state",
    ),
  ).toEqual([
    { state: 'applied', n: 4 },
    { state: 'ignored', n: 1 },
  ])
  // The completion, the old webhook, `a`, and the two without keys.
  expect((await runs())[0]?.nudges).toBe(5)
})

test('the bytes and headers of each message are stored as they came', async () => {
  const bodies = [
    Buffer.from('{"a":1}'),
    Buffer.alloc(0),
    Buffer.from([0, 255, 195, 40, 0]),
    Buffer.alloc(300_000, 'ü'),
  ]
  const burst = bodies.map((body, index) => ({
    ...makeWebhook(),
    body,
    headers: { 'x-github-delivery': `ü"${index}` },
  }))
  const recorded = await Promise.all(burst.map((one) => kit.recorder.record(one)))
  for (const [index, { inboxId }] of recorded.entries()) {
    const [row] = await kit.query('select body, headers from inbox where id = $1', [inboxId])
    expect(row).toEqual({ body: bodies[index], headers: burst[index]?.headers })
  }
})

test('a message that cannot be recorded fails alone, and the others of its batch are recorded', async () => {
  const run = await createWaitingRun(41)
  const poison = makeWebhook({ about: makeSubjects({ pullRequests: [3_000_000_000] }) }, [
    'github:poison',
  ])
  const settled = await Promise.allSettled(
    [makeWebhook(), poison, makeWebhook()].map((one) => kit.recorder.record(one)),
  )
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(
    settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.duplicate] : [])),
  ).toEqual([false, false])
  expect(await kit.query("select key from deliveries where key = 'github:poison'")).toEqual([])
  expect((await runs())[0]?.nudges).toBe(3)
  expect(kit.woken).toContain(run)
})

test('concurrent bursts with the same runs and the same keys are all recorded, each message once', async () => {
  await Promise.all(Array.from({ length: 6 }, (_, n) => createWaitingRun(n + 1)))
  const keys = Array.from({ length: 40 }, (_, n) => `github:${n}`)
  const all = (n: number) =>
    keys
      .map((key, index) =>
        makeWebhook({ about: makeSubjects({ issues: [(index % 6) + 1, ((index + n) % 6) + 1] }) }, [
          key,
        ]),
      )
      .toSorted(() => (n % 2 === 0 ? 1 : -1))
  const bursts = await Promise.all([0, 1, 2, 3].map((n) => recordChanges(kit.db, all(n))))
  const fresh = bursts.flatMap(({ results }) => results).filter((one) => one?.duplicate === false)
  expect(fresh).toHaveLength(keys.length)
  expect(await kit.query("select count(*)::int as n from inbox where source = 'github'")).toEqual([
    { n: keys.length },
  ])
})

test('a push is recorded alone, and of two pushes the later one counts', async () => {
  const push = (before: string | null, after: string) =>
    makeWebhook({
      signal: 'head',
      push: {
        branch: 'codex/issue-41',
        before: before === null ? null : makeSha(before),
        after: makeSha(after),
        forced: false,
        provenAt: null,
      },
    })
  await Promise.all([
    kit.recorder.record(makeWebhook()),
    kit.recorder.record(push(null, 'a')),
    kit.recorder.record(makeWebhook()),
  ])
  await kit.recorder.record(push('a', 'b'))
  expect(await kit.query('select sha from heads where replaced_at is null')).toEqual([
    { sha: makeSha('b') },
  ])
})

test('noise makes a run due within 5 % of a short wait, alone or in a batch', async () => {
  await createWaitingRun(1)
  await createWaitingRun(2)
  await kit.query(
    "update runs set status_since = now(), deadline_at = now() + interval '100 seconds', due_at = now() + interval '1 hour'",
  )
  const noise = (issue: number) =>
    makeWebhook({ about: makeSubjects({ issues: [issue] }), decisive: false })
  await kit.recorder.record(noise(1))
  await recordChanges(kit.db, [noise(2), noise(2)])
  expect(
    await kit.query(
      `select due_at <= now() + interval '5 seconds' as soon, due_at > status_since + interval '4 seconds' as later from runs`,
    ),
  ).toEqual([
    { soon: true, later: true },
    { soon: true, later: true },
  ])
})

test('a webhook about a base lets one of the runs that wait for it look soon, but not all the time', async () => {
  let issueNumber = 0
  const createQuestion = async (groupKey: string, probedAt: string) => {
    issueNumber += 1
    const run = await kit.record(makeCompletion({ issueNumber }))
    await kit.query(
      `insert into escalations (id, run_id, type, reason, question, options, recommendation,
                                deadline_at, group_key, cause, probe_at, probed_at, due_at)
       values ($1, $2, 'manual', 'base_broken', 'Why?', '[]', 'resume', now() + interval '1 day',
               $3, '{"kind": "base"}', now() + interval '1 hour', ${probedAt}, null)`,
      [newId(), run, groupKey],
    )
  }
  await createQuestion('base_broken:acme/widgets:main', 'null')
  await createQuestion('base_broken:acme/widgets:main:observe', "now() - interval '5 seconds'")
  await createQuestion('base_broken:acme/widgets:release', 'null')
  await createQuestion('base_broken:acme/others:main', 'null')
  await createQuestion('ci_missing:acme/widgets', 'null')
  const report = () =>
    kit.query(
      `select group_key, extract(epoch from probe_at - now())::int / 60 as minutes,
              probe_at <= now() as now from escalations
        where probe_at < now() + interval '30 minutes' or due_at is not null order by group_key`,
    )
  const about = makeSubjects({ branches: ['main'], commits: [makeSha('a')] })
  await recordChanges(kit.db, [
    makeWebhook({ about, decisive: false }),
    makeWebhook({ about, signal: 'review' }),
  ])
  expect(await report()).toEqual([])
  await recordChanges(kit.db, [makeWebhook({ about }), makeWebhook({ about })])
  expect(await report()).toEqual([
    { group_key: 'base_broken:acme/widgets:main', minutes: 0, now: true },
    { group_key: 'base_broken:acme/widgets:main:observe', minutes: 0, now: false },
  ])
})
