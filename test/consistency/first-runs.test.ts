import { describe, expect, test } from 'vitest'
import type { InboundMessage, RecordResult } from '../../services/judge/src/correlate/messages.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { useKit } from './kit.ts'
import { makeAnnouncement, makeCompletion } from './make-messages.ts'

/*
 * The first completion of an issue is recorded with fewer statements than others. The result must be
 * the same.
 */
const kit = useKit()

const ways: readonly (readonly [
  string,
  (all: readonly InboundMessage[]) => Promise<readonly RecordResult[]>,
])[] = [
  [
    'one after the other',
    async (all) => {
      const recorded: RecordResult[] = []
      for (const one of all) recorded.push(await kit.recorder.record(one))
      return recorded
    },
  ],
  ['at the same moment', (all) => Promise.all(all.map((one) => kit.recorder.record(one)))],
  ['as a batch', (all) => kit.recorder.recordBatch(all)],
]

const runs = () =>
  kit.query('select id, issue_number, attempt, status, workflow_name from runs order by id')

describe.each(ways)('%s', (_way, record) => {
  test('each run has one history entry', async () => {
    const recorded = await record([1, 2, 3].map((issueNumber) => makeCompletion({ issueNumber })))
    expect(
      await kit.query(
        "select run_id, to_status, because from run_events where kind = 'run' order by run_id",
      ),
    ).toEqual(
      recorded
        .map(({ runId }) => ({
          run_id: runId,
          to_status: 'run_complete',
          because: 'the workflow has finished',
        }))
        .sort((a, b) => String(a.run_id).localeCompare(String(b.run_id))),
    )
  })

  test('a known key makes a message a duplicate, whatever its workflow', async () => {
    const keys = ['ce:argo|one']
    const first = await kit.recorder.record({ ...makeCompletion({ issueNumber: 1 }), keys })
    const [again, other] = await record([
      { ...makeCompletion({ issueNumber: 2 }), keys },
      makeCompletion({ issueNumber: 3 }),
    ])
    expect(again).toEqual({ ...first, duplicate: true })
    expect(other).toMatchObject({ duplicate: false })
    expect((await runs()).map(({ issue_number }) => issue_number)).toEqual([1, 3])
  })

  test('of two new messages with one key, one counts', async () => {
    const keys = ['ce:argo|one']
    const recorded = await record(
      [1, 2].map((issueNumber) => ({ ...makeCompletion({ issueNumber }), keys })),
    )
    expect(recorded.map(({ duplicate }) => duplicate).sort()).toEqual([false, true])
    expect(new Set(recorded.map(({ runId }) => runId)).size).toBe(1)
    expect(await runs()).toHaveLength(1)
  })

  test('two messages of one workflow are one run', async () => {
    const [some] = [makeCompletion({ issueNumber: 1 })]
    const recorded = await record([some, { ...some, keys: ['ce:argo|again'] }])
    expect(new Set(recorded.map(({ runId }) => runId)).size).toBe(1)
    expect(await runs()).toHaveLength(1)
  })

  test.each([
    ['by its name', { workflowName: 'codex-x', issueNumber: null, repository: null, branch: null }],
    ['by its branch', { workflowName: null, issueNumber: null, branch: 'codex/x' }],
  ] as const)('a completion that was announced %s joins its announcement', async (_how, claims) => {
    const notified = await kit.record(makeAnnouncement(claims))
    const [finished] = await record([
      makeCompletion({
        issueNumber: 7,
        workflowName: claims.workflowName ?? null,
        branch: 'codex/x',
      }),
      makeCompletion({ issueNumber: 8, branch: 'codex/y' }),
    ])
    expect(finished?.runId).toBe(notified)
    expect((await runs()).map(({ issue_number, status }) => [issue_number, status])).toEqual([
      [7, 'run_complete'],
      [8, 'run_complete'],
    ])
  })
})

// docs/consistency.md, "One transaction per message".
test('a key that a rival claims for another issue in the meantime makes the message a duplicate, and leaves no trace of it', async () => {
  const message = makeCompletion({ issueNumber: 2 })
  const inboxId = newId()
  const rival = await kit.connect()
  await rival.query('begin')
  await rival.query(
    "insert into deliveries (key, inbox_id, outcome) select key, $2, 'recorded' from unnest($1::text[]) as key",
    [message.keys, inboxId],
  )
  const recorded = kit.recorder.record(message)
  await kit.waitForLocks(1)
  await rival.query('commit')
  expect(await recorded).toEqual({ inboxId, duplicate: true, outcome: 'recorded', runId: null })
  for (const table of ['runs', 'issues', 'ordinals', 'inbox', 'run_events'])
    expect([table, await kit.query(`select 1 from ${table}`)]).toEqual([table, []])
})
