import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import { createRecorder } from '../../services/judge/src/correlate/recorder.ts'
import {
  type ConsumedRecord,
  createConsume,
} from '../../services/judge/src/ingest/kafka/consume.ts'
import { createTestDatabase } from '../harness/database.ts'
import { createCompletion } from '../infra/completions.ts'

let offset = 0
const record = (topic: string, value: unknown): ConsumedRecord => ({
  topic,
  partition: 0,
  offset: String(offset++),
  timestamp: '1763712000000',
  headers:
    topic === 'github' ? { 'x-github-event': 'check_run', 'x-github-delivery': `d-${offset}` } : {},
  body:
    value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
})
const completes = (n: number, of: Readonly<Record<string, unknown>> = {}) =>
  record('runs', createCompletion(n, of).value)
const check = (branch: string) =>
  record('github', {
    action: 'completed',
    check_run: {
      head_sha: 'a'.repeat(40),
      status: 'completed',
      check_suite: { head_branch: branch },
    },
    repository: { full_name: 'acme/widgets-1' },
  })

/** Every kind of message: new, duplicate, related, malformed and ignored. */
const batch: readonly ConsumedRecord[] = [
  completes(1),
  completes(2),
  completes(1),
  completes(3, {
    issueNumber: '2',
    repository: 'acme/widgets-1',
    startedAt: '2026-11-20T09:00:00Z',
  }),
  completes(4, { workflowUid: '', metadata: '{}' }),
  completes(5, { repository: '' }),
  completes(6, {
    status: JSON.stringify({ phase: 'Running' }),
    headSha: 'b'.repeat(40),
    iteration: 2,
  }),
  completes(6),
  check('codex/issue-2'),
  record('runs', '{"half a mess'),
  record('runs', null),
  record('runs', { hello: 'stranger' }),
  completes(2, { note: 'Argo says it again' }),
  ...Array.from({ length: 20 }, (_, n) => completes(100 + n)),
]

async function recorded(parts: readonly (readonly ConsumedRecord[])[]) {
  const fresh = await createTestDatabase()
  const { db, close } = openDatabase(fresh.url, { name: 'batch', onError: () => {} })
  onTestFinished(async () => {
    await close()
    await fresh.drop()
  })
  const consume = createConsume({
    recorder: createRecorder({
      awaitsArgo: false,
      db,
      wakeRuns: () => {},
      mask: async (text) => text,
    }),
    context: { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' },
    sources: { github: 'github' },
    onTombstone: () => {},
  })
  const answers = []
  for (const part of parts) answers.push(...(await consume(part)))
  const runs = await db.selectFrom('runs').selectAll().execute()
  const uidOf = new Map(runs.map((run) => [run.id, run.workflow_uid ?? run.workflow_name]))
  const entries = await db.selectFrom('run_events').selectAll().orderBy('seq').execute()
  const inbox = await db.selectFrom('inbox').selectAll().execute()
  const deliveries = await db.selectFrom('deliveries').selectAll().execute()
  return {
    answers,
    runs: runs
      .map(
        ({
          id: _,
          parent_run_id,
          created_at,
          updated_at,
          status_since,
          completed_at,
          due_at,
          deadline_at,
          ...run
        }) => ({
          ...run,
          parent: uidOf.get(parent_run_id ?? ''),
          completed: completed_at !== null,
          due: due_at !== null,
          deadline: deadline_at !== null,
        }),
      )
      .sort((a, b) => String(a.workflow_name).localeCompare(String(b.workflow_name))),
    entries: entries
      .map(
        (line) =>
          `${uidOf.get(line.run_id)}: ${line.from_status} → ${line.to_status}, ${line.because}`,
      )
      .sort(),
    inbox: inbox
      .map(
        (row) =>
          `${row.state} ${row.because} ${uidOf.get(row.run_id ?? '')} ${row.body.toString('hex').slice(0, 200)}`,
      )
      .sort(),
    deliveries: deliveries
      .map((row) => `${row.key} ${row.outcome} ${uidOf.get(row.run_id ?? '')}`)
      .sort(),
  }
}

test('a batch writes exactly what its records write one by one', async () => {
  const together = await recorded([batch])
  const alone = await recorded(batch.map((one) => [one]))
  expect(together.runs).toEqual(alone.runs)
  expect(together).toEqual(alone)
  expect(together.runs.length).toBeGreaterThan(20)
})

test('a batch that is delivered again changes nothing', async () => {
  const once = await recorded([
    batch.filter(({ body }) => body !== null && !body.toString().includes('half')),
  ])
  const again = await recorded([
    batch.filter(({ body }) => body !== null && !body.toString().includes('half')),
    batch.filter(({ body }) => body !== null && !body.toString().includes('half')),
  ])
  expect({ ...again, answers: [] }).toEqual({ ...once, answers: [] })
})
