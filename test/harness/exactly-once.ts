import type { Pool } from 'pg'
import { expect } from 'vitest'
import { channels, type World } from '../world/world.ts'
import { issueScripts } from './issue-scripts.ts'
import type { ServiceProcess } from './process.ts'
import type { RandomWorld } from './random-world.ts'

interface RunRow {
  readonly id: string
  readonly issue_number: number
  readonly attempt: number
  readonly status: string
  readonly reason: string | null
  readonly due_at: Date | null
}

const listRuns = async (pool: Pool): Promise<readonly RunRow[]> =>
  (
    await pool.query<RunRow>(
      `select id, issue_number, attempt, status, reason, due_at
         from runs order by issue_number, attempt`,
    )
  ).rows

const formatRun = ({ attempt, status, reason }: RunRow): string => `${attempt} ${status}/${reason}`

/**
 * The runs that have not ended as their script says and the effects that are not settled, as text.
 */
async function listUnfinished(pool: Pool): Promise<readonly string[]> {
  const runs = await listRuns(pool)
  const { rows: effects } = await pool.query<{
    kind: string
    state: string
    last_error: string | null
    tries: number
  }>('select kind, state, last_error, tries from effects where settled_at is null')
  return [
    ...issueScripts.flatMap(({ issue, ends, title }) => {
      const seen = runs.filter((run) => run.issue_number === issue)
      const last = seen.at(-1)
      const [status, reason] = ends.at(-1) ?? []
      return seen.length === ends.length && last?.status === status && last?.reason === reason
        ? []
        : [`issue ${issue} (${title}): ${seen.map(formatRun).join(', ') || 'no run'}`]
    }),
    ...effects.map(
      ({ kind, state, last_error, tries }) =>
        `effect ${kind} ${state} after ${tries}: ${last_error}`,
    ),
  ]
}

/**
 * Resolves when every issue has ended as its script says. Fails after `patience` milliseconds with
 * what is unfinished and the last log lines of the services.
 */
export async function waitForAllEnds(
  randomWorld: RandomWorld,
  pool: Pool,
  within: { readonly patience: number; readonly services: () => readonly ServiceProcess[] },
): Promise<void> {
  const deadline = Date.now() + within.patience
  for (let left = await listUnfinished(pool); left.length > 0; left = await listUnfinished(pool)) {
    if (Date.now() > deadline) {
      const lastLines = within
        .services()
        .flatMap(({ lines }) => lines.slice(-40).map((line) => JSON.stringify(line)))
      expect.fail([...left, ...lastLines].join('\n'))
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await randomWorld.flushReports()
}

/** Checks that every run ended as scripted, and that the external systems saw everything once. */
export async function expectExactlyOnce(
  { world, accepted }: RandomWorld,
  pool: Pool,
): Promise<void> {
  const runs = await listRuns(pool)
  for (const { issue, ends } of issueScripts) {
    const seen = runs.filter((run) => run.issue_number === issue)
    expect({ issue, ends: seen.map(({ status, reason }) => [status, reason]) }).toEqual({
      issue,
      ends,
    })
    expect({ issue, attempts: seen.map(({ attempt }) => attempt) }).toEqual({
      issue,
      attempts: ends.map((_, index) => index + 1),
    })
  }
  expectDispatchedOnce(world)
  expectMessagedOnce(world, runs)
  expectStatusesInOrder(world)
  expectRequestedOnce(world)
  await expectRowsInOrder(pool, accepted)
}

/** Each attempt after the first was started by exactly one delivery id. */
function expectDispatchedOnce({ dispatcher }: World): void {
  const started = dispatcher.started().map(({ task }) => task.deliveryId)
  expect(new Set(started).size).toBe(started.length)
  const wanted = issueScripts.flatMap(({ issue, ends }) =>
    ends.slice(1).map((_, index) => `-${issue}-attempt-${index + 2}`),
  )
  expect(started.map((id) => id.replace(/^codex-[0-9a-f]{8}/, '')).sort()).toEqual(wanted.sort())
}

/**
 * There is one success message for each completed run, one escalation for each that needs a person.
 */
function expectMessagedOnce({ discord }: World, runs: readonly RunRow[]): void {
  const listMessagedRuns = (channel: string) =>
    discord
      .in(channel)
      .map(({ content }) => /Run: \S*\/runs\/([0-9a-f-]+)/.exec(content)?.[1] ?? content)
      .sort()
  const listRunsIn = (status: string) =>
    runs.filter((run) => run.status === status).map(({ id }) => id)
  expect(listMessagedRuns(channels.success)).toEqual(listRunsIn('completed').sort())
  expect(listMessagedRuns(channels.escalation)).toEqual(listRunsIn('needs_human').sort())
}

/** No commit status follows `success`, and no head is left `pending`. */
function expectStatusesInOrder({ github }: World): void {
  const bySha = Map.groupBy(
    github.state('acme/widgets').statuses.filter(({ context }) => context === 'codex-judge'),
    ({ sha }) => sha,
  )
  const heads = [...github.state('acme/widgets').pulls.values()].map(({ head }) => head)
  for (const [sha, statuses] of bySha) {
    const states = statuses.map(({ state }) => state)
    const first = states.indexOf('success')
    expect(first < 0 ? [] : states.slice(first).filter((state) => state !== 'success')).toEqual([])
    if (heads.includes(sha)) expect(states.at(-1)).not.toBe('pending')
  }
  expect(heads.filter((sha) => !bySha.has(sha))).toEqual([])
}

/**
 * A review is requested at most once for each head, a question is asked in one comment, and failed
 * jobs are re-run at most once.
 */
function expectRequestedOnce({ github }: World): void {
  const { pulls, suites } = github.state('acme/widgets')
  for (const pull of pulls.values()) {
    const asked = pull.comments.flatMap(
      ({ body }) => /review-request:([0-9a-f]+)/.exec(body)?.[1] ?? [],
    )
    expect(asked).toEqual([...new Set(asked)])
    const questions = pull.comments.filter(({ body }) => body.startsWith('**Codex needs'))
    expect(questions.length).toBeLessThanOrEqual(1)
  }
  expect(suites.filter(({ run }) => (run?.attempt ?? 1) > 2)).toEqual([])
  const silent = [...pulls.values()].find(({ headBranch }) => headBranch.endsWith('-8'))
  expect(silent?.comments.filter(({ body }) => body.startsWith('@codex review'))).toHaveLength(1)
}

async function expectRowsInOrder(pool: Pool, accepted: readonly string[]): Promise<void> {
  const query = async (sql: string): Promise<readonly Record<string, unknown>[]> =>
    (await pool.query(sql)).rows
  // Every accepted message is stored once: on whichever replica and however often it arrived, and
  // even if a sweep had found its workflow at Argo before.
  const stored = await query(
    "select run_id from inbox where source in ('run-complete', 'sweep') and state = 'applied'",
  )
  expect(stored).toHaveLength(accepted.length)
  expect(await query('select 1 from runs group by workflow_uid having count(*) > 1')).toEqual([])
  expect(
    await query(`select runs.id, count(memories.id)::int as memories
                 from runs left join memories on memories.run_id = runs.id
                group by runs.id
               having count(memories.id) <> 10 or count(distinct memories.kind) <> 10`),
  ).toEqual([])
  // No run is without a due time although it has something left to do.
  expect(
    await query(`select status, due_at from runs
                where due_at is null
                  and (status in ('notified', 'run_complete', 'waiting_for_ci',
                                  'waiting_for_review', 'judging')
                       or exists (select from effects
                                   where effects.run_id = runs.id and settled_at is null)
                       or exists (select from escalations
                                   where escalations.run_id = runs.id and state = 'open'))`),
  ).toEqual([])
  expect(await query('select 1 from ordinals group by run_id having count(*) > 1')).toEqual([])
  // Each transition starts from the status that the one before it led to.
  expect(
    await query(`select run_id from (
                 select run_id, from_status,
                        lag(to_status) over (partition by run_id order by seq) as before
                   from run_events where kind = 'run') as transitions
                where from_status is distinct from before`),
  ).toEqual([])
  expect(await query('select run_id from decisions group by run_id having count(*) > 1')).toEqual(
    [],
  )
}
