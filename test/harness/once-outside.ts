import type { Pool } from 'pg'
import { expect } from 'vitest'
import { channels, type World } from '../world/world.ts'
import { type FatefulWorld, fates } from './fates.ts'
import type { ServiceProcess } from './process.ts'

interface RunRow {
  readonly id: string
  readonly issue_number: number
  readonly attempt: number
  readonly status: string
  readonly reason: string | null
  readonly due_at: Date | null
}

const runsOf = async (pool: Pool): Promise<readonly RunRow[]> =>
  (
    await pool.query<RunRow>(
      'select id, issue_number, attempt, status, reason, due_at from runs order by issue_number, attempt',
    )
  ).rows

/** What still keeps everything from being over, in words; empty where nothing does. */
async function unfinished(pool: Pool): Promise<readonly string[]> {
  const runs = await runsOf(pool)
  const { rows: effects } = await pool.query<{
    kind: string
    state: string
    last_error: string | null
    tries: number
  }>('select kind, state, last_error, tries from effects where settled_at is null')
  return [
    ...fates.flatMap(({ issue, ends, what }) => {
      const seen = runs.filter((run) => run.issue_number === issue)
      const last = seen.at(-1)
      const [status, reason] = ends.at(-1) ?? []
      return seen.length === ends.length && last?.status === status && last?.reason === reason
        ? []
        : [
            `issue ${issue} (${what}): ${seen.map((run) => `${run.attempt} ${run.status}/${run.reason}`).join(', ') || 'no run'}`,
          ]
    }),
    ...effects.map(
      ({ kind, state, last_error, tries }) =>
        `effect ${kind} ${state} after ${tries}: ${last_error}`,
    ),
  ]
}

/**
 * Resolves when every line has come to its end; fails, saying what has not and what the services
 * said last.
 */
export async function comesToItsEnd(
  fateful: FatefulWorld,
  pool: Pool,
  within: { readonly patience: number; readonly services: () => readonly ServiceProcess[] },
): Promise<void> {
  const deadline = Date.now() + within.patience
  for (let left = await unfinished(pool); left.length > 0; left = await unfinished(pool)) {
    if (Date.now() > deadline) {
      const said = within
        .services()
        .flatMap(({ lines }) => lines.slice(-40).map((line) => JSON.stringify(line)))
      expect.fail([...left, ...said].join('\n'))
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await fateful.quiet()
}

/**
 * Every run ended where it should, and everything happened once, as the outside and the database
 * have it.
 */
export async function expectOnce({ world, accepted }: FatefulWorld, pool: Pool): Promise<void> {
  const runs = await runsOf(pool)
  for (const { issue, ends } of fates) {
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
  expectSaidOnce(world, runs)
  expectStatusesInOrder(world)
  expectAskedOnce(world)
  await expectRowsInOrder(pool, accepted)
}

/** Each attempt after the first was started by one delivery id, and by no other. */
function expectDispatchedOnce({ dispatcher }: World): void {
  const started = dispatcher.started().map(({ task }) => task.deliveryId)
  expect(new Set(started).size).toBe(started.length)
  const wanted = fates.flatMap(({ issue, ends }) =>
    ends.slice(1).map((_, index) => `-${issue}-attempt-${index + 2}`),
  )
  expect(started.map((id) => id.replace(/^codex-[0-9a-f]{8}/, '')).sort()).toEqual(wanted.sort())
}

/**
 * One success message a completed run, one escalation a run that waits for a person, and nothing
 * else.
 */
function expectSaidOnce({ discord }: World, runs: readonly RunRow[]): void {
  const said = (channel: string) =>
    discord
      .in(channel)
      .map(({ content }) => /Run: \S*\/runs\/([0-9a-f-]+)/.exec(content)?.[1] ?? content)
      .sort()
  const ended = (status: string) => runs.filter((run) => run.status === status).map(({ id }) => id)
  expect(said(channels.success)).toEqual(ended('completed').sort())
  expect(said(channels.escalation)).toEqual(ended('needs_human').sort())
}

/**
 * A commit's status goes on to its end and never back: nothing follows `success`, and only an end
 * is last.
 */
function expectStatusesInOrder({ github }: World): void {
  const bySha = Map.groupBy(
    github.see('acme/widgets').statuses.filter(({ context }) => context === 'codex-judge'),
    ({ sha }) => sha,
  )
  const heads = [...github.see('acme/widgets').pulls.values()].map(({ head }) => head)
  for (const [sha, statuses] of bySha) {
    const states = statuses.map(({ state }) => state)
    const first = states.indexOf('success')
    expect(first < 0 ? [] : states.slice(first).filter((state) => state !== 'success')).toEqual([])
    if (heads.includes(sha)) expect(states.at(-1)).not.toBe('pending')
  }
  expect(heads.filter((sha) => !bySha.has(sha))).toEqual([])
}

/** A review is asked once a head, and a commit's failed jobs are run again once. */
function expectAskedOnce({ github }: World): void {
  const { pulls, suites } = github.see('acme/widgets')
  for (const pull of pulls.values()) {
    const asked = pull.comments.flatMap(
      ({ body }) => /review-request:([0-9a-f]+)/.exec(body)?.[1] ?? [],
    )
    expect(asked).toEqual([...new Set(asked)])
  }
  expect(suites.filter(({ run }) => (run?.attempt ?? 1) > 2)).toEqual([])
  const silent = [...pulls.values()].find(({ headBranch }) => headBranch.endsWith('-8'))
  expect(silent?.comments.filter(({ body }) => body.startsWith('@codex review'))).toHaveLength(1)
}

async function expectRowsInOrder(pool: Pool, accepted: readonly string[]): Promise<void> {
  const one = async (sql: string): Promise<readonly Record<string, unknown>[]> =>
    (await pool.query(sql)).rows
  // Every message that was answered 202 is there once, whoever heard it, however often it came, and
  // though a start may have found it at Argo before.
  const kept = await one(
    "select run_id from inbox where source in ('run-complete', 'sweep') and state = 'applied'",
  )
  expect(kept).toHaveLength(accepted.length)
  expect(await one('select 1 from runs group by workflow_uid having count(*) > 1')).toEqual([])
  expect(
    await one(`select runs.id, count(memories.id)::int as memories from runs left join memories on memories.run_id = runs.id
                group by runs.id having count(memories.id) <> 10 or count(distinct memories.kind) <> 10`),
  ).toEqual([])
  // Nothing is left to do, and nobody believes that there is.
  expect(
    await one(`select status, due_at from runs where (due_at is null) and
                 (status in ('notified', 'run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging')
                  or exists (select from effects where effects.run_id = runs.id and settled_at is null)
                  or exists (select from escalations where escalations.run_id = runs.id and state = 'open'))`),
  ).toEqual([])
  expect(await one('select 1 from ordinals group by run_id having count(*) > 1')).toEqual([])
  // Each end was decided once: a transition tells the state that the one before it led to.
  expect(
    await one(`select run_id from (select run_id, from_status, lag(to_status) over (partition by run_id order by seq) as before
                 from run_events where kind = 'run') as told where from_status is distinct from before`),
  ).toEqual([])
  expect(await one('select run_id from decisions group by run_id having count(*) > 1')).toEqual([])
}
