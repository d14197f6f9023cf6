import type { Pool } from 'pg'
import type { IssueScript } from '../harness/issue-scripts.ts'
import { REPOSITORY } from '../harness/random-github.ts'
import { channels, type World } from '../world/world.ts'

interface RunRow {
  readonly id: string
  readonly issue_number: number
  readonly attempt: number
  readonly status: string
  readonly reason: string | null
  readonly waiting_for: readonly { readonly what: string; readonly deadline: string }[]
  readonly unsettled: readonly string[]
}

const listRuns = async (pool: Pool, issues: readonly number[]): Promise<readonly RunRow[]> =>
  (
    await pool.query<RunRow>(
      `select id, issue_number, attempt, status, reason, waiting_for,
              array(select kind || ' ' || state || ' after ' || tries || ': '
                           || coalesce(last_error, 'no error')
                      from effects where run_id = runs.id and settled_at is null) as unsettled
         from runs where issue_number = any($1) order by issue_number, attempt`,
      [issues],
    )
  ).rows

const describeRun = ({ attempt, status, reason, waiting_for, unsettled }: RunRow): string => {
  const waits = waiting_for.map(({ what, deadline }) => `waits for ${what} until ${deadline}`)
  return [`${attempt} ${status}/${reason}`, ...waits, ...unsettled].join(', ')
}

/** The issues whose runs have not ended as their script says, with everything done for them. */
export async function listUnfinished(
  pool: Pool,
  scripts: readonly IssueScript[],
): Promise<readonly string[]> {
  const runs = await listRuns(
    pool,
    scripts.map(({ issue }) => issue),
  )
  return scripts.flatMap(({ issue, title, ends }) => {
    const seen = runs.filter((run) => run.issue_number === issue)
    const isAsScripted =
      seen.length === ends.length &&
      seen.every(
        ({ status, reason, attempt, unsettled }, index) =>
          attempt === index + 1 &&
          status === ends[index]?.[0] &&
          reason === ends[index]?.[1] &&
          unsettled.length === 0,
      )
    return isAsScripted
      ? []
      : [`issue ${issue} (${title}): ${seen.map(describeRun).join(' → ') || 'no run'}`]
  })
}

/** What was done wrongly, twice or not at all for the issues of these scripts, as text. */
export async function listProblems(
  world: World,
  pool: Pool,
  scripts: readonly IssueScript[],
): Promise<readonly string[]> {
  const runs = await listRuns(
    pool,
    scripts.map(({ issue }) => issue),
  )
  return [
    ...listWrongPasses(runs, scripts),
    ...(await listUnfinished(pool, scripts)),
    ...listMessageProblems(world, runs),
    ...scripts.flatMap((script) => [
      ...listDispatchProblems(world, script),
      ...listGithubProblems(world, script),
    ]),
  ]
}

/** A run must never complete that its script lets end in another way. */
const listWrongPasses = (runs: readonly RunRow[], scripts: readonly IssueScript[]) =>
  runs
    .filter(({ issue_number, attempt, status }) => {
      const ends = scripts.find(({ issue }) => issue === issue_number)?.ends ?? []
      return status === 'completed' && ends[attempt - 1]?.[0] !== 'completed'
    })
    .map(({ issue_number, attempt }) => `WRONG: attempt ${attempt} of ${issue_number} completed`)

function listDispatchProblems({ dispatcher }: World, { issue, ends }: IssueScript) {
  const started = dispatcher.started().filter(({ task }) => Number(task.issueNumber) === issue)
  return started.length === ends.length - 1
    ? []
    : [`issue ${issue}: ${started.length} attempts were started, not ${ends.length - 1}`]
}

function listMessageProblems({ discord }: World, runs: readonly RunRow[]): readonly string[] {
  const countMessages = (channel: string, id: string) =>
    discord.in(channel).filter(({ content }) => content.includes(`/runs/${id}`)).length
  return runs.flatMap(({ id, issue_number, attempt, status }) => {
    const sent = {
      completed: countMessages(channels.success, id),
      needs_human: countMessages(channels.escalation, id),
    }
    return (['completed', 'needs_human'] as const)
      .filter((kind) => sent[kind] !== (status === kind ? 1 : 0))
      .map((kind) => `attempt ${attempt} of ${issue_number}: ${sent[kind]} messages ${kind}`)
  })
}

/** One request of a review and one re-run for a head, and no status after its last one. */
function listGithubProblems({ github }: World, { issue }: IssueScript): readonly string[] {
  const { pulls, suites, statuses } = github.state(REPOSITORY)
  const ours = [...pulls.values()].filter(({ headBranch }) => headBranch.endsWith(`-${issue}`))
  return ours.flatMap(({ head, comments }) => {
    const requests = comments.filter(({ body }) => body.includes(`review-request:${head}`))
    const reruns = suites.filter(({ sha, run }) => sha === head && (run?.attempt ?? 1) > 2)
    const states = statuses
      .filter(({ sha, context }) => sha === head && context === 'codex-judge')
      .map(({ state }) => state)
    const success = states.indexOf('success')
    return [
      ...(requests.length > 1 ? [`issue ${issue}: ${requests.length} requests of a review`] : []),
      ...(reruns.length > 0 ? [`issue ${issue}: failed jobs were re-run twice`] : []),
      ...(states.length === 0 ? [`issue ${issue}: no commit status`] : []),
      ...(states.at(-1) === 'pending' ? [`issue ${issue}: the commit status stays pending`] : []),
      ...(success >= 0 && states.slice(success).some((state) => state !== 'success')
        ? [`issue ${issue}: a commit status follows its success`]
        : []),
    ]
  })
}

/** What must hold for all issues together. */
export async function listCommonProblems(
  pool: Pool,
  accepted: readonly string[],
): Promise<readonly string[]> {
  const list = async (sql: string, values: readonly unknown[] = []) =>
    (await pool.query(sql, [...values])).rows
  const lost = await list(
    'select uid from unnest($1::text[]) as uid where uid not in (select workflow_uid from runs)',
    [[...new Set(accepted)]],
  )
  const doubled = await list(
    'select workflow_uid from runs group by workflow_uid having count(*) > 1',
  )
  const memories = await list(
    `select run_id from memories group by run_id
     having count(*) <> 10 or count(distinct kind) <> 10`,
  )
  const idle = await list(
    `select id from runs
      where due_at is null
        and (status in ('notified', 'run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging')
             or exists (select from effects where run_id = runs.id and settled_at is null))`,
  )
  const describe = (rows: readonly unknown[], what: string): readonly string[] =>
    rows.length === 0 ? [] : [`${what}: ${JSON.stringify(rows)}`]
  return [
    ...describe(lost, 'workflows whose message was accepted have no run'),
    ...describe(doubled, 'workflows with two runs'),
    ...describe(memories, 'runs with other than ten memories'),
    ...describe(idle, 'runs that have something to do are due at no time'),
  ]
}
