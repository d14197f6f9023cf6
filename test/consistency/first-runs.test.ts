import { describe, expect, test } from 'vitest'
import type { Incoming, Recorded } from '../../services/judge/src/correlate/incoming.ts'
import type { RunClaims } from '../../services/judge/src/run/run.ts'
import { completion, useKit } from './kit.ts'

/**
 * A completion that is the first anybody hears of its issue is recorded in a shorter way than
 * others. Nobody may notice.
 */
const kit = useKit()

const ways: readonly (readonly [
  string,
  (all: readonly Incoming[]) => Promise<readonly Recorded[]>,
])[] = [
  [
    'one after the other',
    async (all) => {
      const recorded: Recorded[] = []
      for (const one of all) recorded.push(await kit.recorder.record(one))
      return recorded
    },
  ],
  ['at the same moment', (all) => Promise.all(all.map((one) => kit.recorder.record(one)))],
  ['as a batch', (all) => kit.recorder.recordBatch(all)],
]

const runs = () =>
  kit.query('select id, issue_number, attempt, status, workflow_name from runs order by id')

function announced(claims: Partial<RunClaims>): Incoming {
  const { event, ...rest } = completion({
    workflowUid: null,
    phase: null,
    startedAt: null,
    finishedAt: null,
    ...claims,
  })
  if (event?.kind !== 'workflow.finished') throw new Error('it finished')
  const enrichment = {
    issuedAt: null,
    lastMessage: 'Done.',
    judgeOutput: null,
    excerpts: {},
    outputPaths: {},
  }
  return { ...rest, event: { ...event, kind: 'run.enriched', enrichment } }
}

describe.each(ways)('%s', (_way, record) => {
  test('each run is told of in the history, once', async () => {
    const recorded = await record([1, 2, 3].map((issueNumber) => completion({ issueNumber })))
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

  test('an identity that was here before makes a message a repetition, whatever workflow it speaks of', async () => {
    const keys = ['ce:argo|one']
    const first = await kit.recorder.record({ ...completion({ issueNumber: 1 }), keys })
    const [again, other] = await record([
      { ...completion({ issueNumber: 2 }), keys },
      completion({ issueNumber: 3 }),
    ])
    expect(again).toEqual({ ...first, duplicate: true })
    expect(other).toMatchObject({ duplicate: false })
    expect((await runs()).map(({ issue_number }) => issue_number)).toEqual([1, 3])
  })

  test('of two messages with one identity that have not been here, one counts', async () => {
    const keys = ['ce:argo|one']
    const recorded = await record(
      [1, 2].map((issueNumber) => ({ ...completion({ issueNumber }), keys })),
    )
    expect(recorded.map(({ duplicate }) => duplicate).sort()).toEqual([false, true])
    expect(new Set(recorded.map(({ runId }) => runId)).size).toBe(1)
    expect(await runs()).toHaveLength(1)
  })

  test('two messages of one workflow are one run', async () => {
    const [some] = [completion({ issueNumber: 1 })]
    const recorded = await record([some, { ...some, keys: ['ce:argo|again'] }])
    expect(new Set(recorded.map(({ runId }) => runId)).size).toBe(1)
    expect(await runs()).toHaveLength(1)
  })

  test.each([
    ['by its name', { workflowName: 'codex-x', issueNumber: null, repository: null, branch: null }],
    ['by its branch', { workflowName: null, issueNumber: null, branch: 'codex/x' }],
  ] as const)('a completion that was announced %s joins its announcement', async (_how, claims) => {
    const notified = await kit.record(announced(claims))
    const [finished] = await record([
      completion({ issueNumber: 7, workflowName: claims.workflowName ?? null, branch: 'codex/x' }),
      completion({ issueNumber: 8, branch: 'codex/y' }),
    ])
    expect(finished?.runId).toBe(notified)
    expect((await runs()).map(({ issue_number, status }) => [issue_number, status])).toEqual([
      [7, 'run_complete'],
      [8, 'run_complete'],
    ])
  })
})
