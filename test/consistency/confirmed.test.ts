import { expect, test } from 'vitest'
import {
  admitCompletion,
  confirmCompletion,
} from '../../services/judge/src/correlate/admit-completion.ts'
import type { InboundMessage } from '../../services/judge/src/correlate/messages.ts'
import { createRecorder } from '../../services/judge/src/correlate/recorder.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { useKit } from './kit.ts'
import { makeCompletion } from './make-messages.ts'

/* A completion counts once Argo has confirmed it: docs/consistency.md. */

const kit = useKit()
const createDoubter = () =>
  createRecorder({
    ...{ db: kit.db, wakeRuns: () => {}, mask: async (text) => text },
    awaitsArgo: true,
  })
const hour = (of: number) => toInstant(`2026-11-21T${String(of).padStart(2, '0')}:00:00Z`)

/** Argo says of the run what the message says. */
function confirm({ event }: InboundMessage, runId: string | null) {
  if (event?.kind !== 'workflow.finished' || runId === null) throw new Error('no completion')
  const { claims, provenance } = event
  return confirmCompletion(
    { db: kit.db, mask: async (text) => text },
    { runId, claims, provenance },
  )
}
const listRuns = () =>
  kit.query(
    'select id, issue_number, attempt, status, unconfirmed, phase from runs order by created_at',
  )

test('what others than Argo report supersedes nothing before Argo has confirmed it, once', async () => {
  const recorder = createDoubter()
  const older = await kit.record(makeCompletion({ startedAt: hour(8) }))
  const report = makeCompletion({ startedAt: hour(9), phase: 'Succeeded' })
  const { runId } = await recorder.record(report)
  expect(await listRuns()).toMatchObject([
    { id: older, status: 'run_complete', unconfirmed: false },
    { id: runId, status: 'run_complete', unconfirmed: true },
  ])
  const truth = makeCompletion({
    ...{ startedAt: hour(9), phase: 'Failed' },
    workflowUid: report.event?.kind === 'workflow.finished' ? report.event.claims.workflowUid : '',
  })
  // Two replicas ask at once, and a third has asked before and finds nothing left to admit.
  await Promise.all([confirm(truth, runId), confirm(truth, runId)])
  await admitCompletion(kit.db, { runId: runId ?? '', because: 'unknown' })
  expect(await listRuns()).toMatchObject([
    { id: older, status: 'superseded' },
    { id: runId, status: 'run_complete', unconfirmed: false, phase: 'Failed' },
  ])
  const facts = await kit.query(
    "select value->>'state' as state from facts where kind = 'workflow'",
  )
  expect(facts).toEqual([{ state: 'corrected' }])
  const ends = await kit.query("select from run_events where to_status = 'superseded'")
  expect(ends).toHaveLength(1)
})

test('a run that Argo does not know supersedes the older ones when it is admitted', async () => {
  const recorder = createDoubter()
  const older = await kit.record(makeCompletion({ startedAt: hour(8) }))
  const { runId } = await recorder.record(makeCompletion({ startedAt: hour(9) }))
  const admit = () => admitCompletion(kit.db, { runId: runId ?? '', because: 'unknown' })
  await Promise.all([admit(), admit()])
  expect(await listRuns()).toMatchObject([
    { id: older, status: 'superseded' },
    { id: runId, status: 'run_complete', unconfirmed: false },
  ])
  expect(await kit.query("select from facts where kind = 'workflow'")).toHaveLength(1)
})

test('an unconfirmed run is not the newer one to which an older workflow yields', async () => {
  const recorder = createDoubter()
  await recorder.record(makeCompletion({ startedAt: hour(12) }))
  const honest = makeCompletion({ startedAt: hour(9) })
  const { runId } = await recorder.record(honest)
  await confirm(honest, runId)
  const [, confirmed] = await listRuns()
  expect(confirmed).toMatchObject({ id: runId, status: 'run_complete', unconfirmed: false })
})

test('Argo moves a run to its own issue, and the numbers of the wrong one are not used again', async () => {
  const recorder = createDoubter()
  const workflowUid = 'uid-of-another-issue'
  const forged = await recorder.record(makeCompletion({ issueNumber: 41, workflowUid }))
  const truth = makeCompletion({ issueNumber: 42, workflowUid })
  // The true message comes, too, and is not believed either before Argo is asked.
  expect(await recorder.record(truth)).toMatchObject({ runId: forged.runId })
  await confirm(truth, forged.runId)
  expect(await listRuns()).toMatchObject([
    { id: forged.runId, issue_number: 42, attempt: 1, unconfirmed: false },
  ])
  const next = await recorder.record(makeCompletion({ issueNumber: 41 }))
  expect(await listRuns()).toMatchObject([{}, { id: next.runId, issue_number: 41, attempt: 2 }])
})
