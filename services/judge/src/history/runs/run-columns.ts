import { type Selectable, sql } from 'kysely'
import type { Json, Runs } from '../../adapters/postgres/types.generated.ts'

/** The columns of a presented run that are its own: all but the large ones. */
const ownColumns = [
  'runs.id',
  'runs.repository',
  'runs.repository_key',
  'runs.issue_number',
  'runs.issue_title',
  'runs.branch',
  'runs.base',
  'runs.attempt',
  'runs.parent_run_id',
  'runs.thread_id',
  'runs.turn_id',
  'runs.session_id',
  'runs.workflow_name',
  'runs.workflow_namespace',
  'runs.workflow_uid',
  'runs.stage',
  'runs.phase',
  'runs.status',
  'runs.status_since',
  'runs.reason',
  'runs.reason_text',
  'runs.commit_sha',
  'runs.reported_commit',
  'runs.pr_number',
  'runs.reported_pr_number',
  'runs.pr_url',
  'runs.ci_status',
  'runs.ci_url',
  'runs.ci_awaited_at',
  'runs.ci_concluded_at',
  'runs.review_status',
  'runs.decision',
  'runs.confidence',
  'runs.started_at',
  'runs.finished_at',
  'runs.decided_at',
  'runs.created_at',
  'runs.updated_at',
  'runs.deadline_at',
  'runs.waiting_for',
  'runs.cost_usd',
  'runs.agent_usage',
  'runs.prompt_version',
  'runs.attempts_used',
  'runs.attempts_max',
  'runs.cause_reason',
  'runs.uptake',
] as const

/**
 * What other tables know of a run. Each is one look-up in an index, and only for the runs that have
 * such a thing, so that a page of a list stays one query.
 */
export const relatedColumns = [
  sql<Json | null>`(
    select jsonb_build_object('id', child.id, 'attempt', child.attempt)
      from runs as child where child.parent_run_id = runs.id
     order by child.created_at desc limit 1)`.as('child'),
  sql<number | null>`(
    select granted_attempts from issues
     where issues.repository_key = runs.repository_key
       and issues.issue_number = runs.issue_number)`.as('granted_attempts'),
  sql<Json | null>`case when runs.status = 'needs_iteration' then (
    select jsonb_build_object('state', effects.state, 'at', effects.next_try_at,
                              'key', effects.key, 'because', effects.because)
      from effects where effects.run_id = runs.id and effects.kind = 'dispatch'
     order by effects.created_at desc, effects.sequence desc limit 1) end`.as('dispatch'),
  sql<Json | null>`case when runs.status = 'needs_human' then (
    select jsonb_build_object('id', asked.id, 'since', asked.created_at,
                              'deadline', asked.deadline_at, 'probeAt', asked.probe_at)
      from (select e.id, e.created_at, e.deadline_at, e.probe_at
              from escalation_runs held join escalations e on e.id = held.escalation_id
             where held.run_id = runs.id and held.left_at is null and e.state = 'open'
            union all
            select e.id, e.created_at, e.deadline_at, e.probe_at
              from escalations e where e.run_id = runs.id and e.state = 'open') as asked
     limit 1) end`.as('question'),
  sql<string | null>`case when runs.reason in ('decided_by_person', 'stopped_by_person') then (
    select by_actor from decisions where decisions.run_id = runs.id
     order by decisions.at desc, decisions.id desc limit 1) end`.as('decided_by'),
] as const

/** The columns of a presented run. */
export const presentedColumns = [
  ...ownColumns,
  'runs.prompt',
  'runs.next_prompt',
  ...relatedColumns,
] as const

/** The columns of a row of a list: without the texts of its prompts, but for those in `fields`. */
export const selectListed = (fields: readonly string[]) =>
  [
    ...ownColumns,
    selectText(fields.includes('prompt') ? 'runs.prompt' : null).as('prompt'),
    selectText(fields.includes('nextPrompt') ? 'runs.next_prompt' : null).as('next_prompt'),
    ...relatedColumns,
  ] as const

const selectText = (column: string | null) =>
  column === null ? sql<string | null>`null::text` : sql<string | null>`${sql.ref(column)}`

type RunColumnName<Name> = Name extends `runs.${infer Column}` ? Column : never

export interface RelatedRow {
  readonly child: Json | null
  readonly granted_attempts: number | null
  readonly dispatch: Json | null
  readonly question: Json | null
  readonly decided_by: string | null
}
export type PresentedRunRow = Pick<
  Selectable<Runs>,
  (RunColumnName<(typeof ownColumns)[number]> & keyof Runs) | 'prompt' | 'next_prompt'
> &
  RelatedRow
