import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { AgentAtWorkView } from '../http/overview-schemas.ts'
import { formatTime, formatTimeOrNull } from '../runs/present-run.ts'

/** Messages that are looked through for agents at work, the newest first. */
const SEARCHED_MESSAGES = 20_000
/** A workflow that neither spoke nor reported its end for so long is taken for lost. */
const LOST_AFTER_HOURS = 24
export const MAX_AGENTS = 200
const MAX_TEXT_CHARACTERS = 500

interface AgentRow {
  readonly run_id: string | null
  readonly repository: string | null
  readonly issue_number: number | null
  readonly issue_title: string | null
  readonly workflow_name: string | null
  readonly workflow_uid: string | null
  readonly since: Date
  readonly last_at: Date | null
  readonly last_text: string | null
  readonly kind: string | null
}

/**
 * Agents at work, those heard from last first, at most 200: workflows that spoke within a day and
 * have not reported their end. The dispatcher names a workflow by its delivery, which tells its
 * issue before it reports.
 */
export async function listAgents(db: Kysely<DB>): Promise<readonly AgentAtWorkView[]> {
  const { rows } = await sql<AgentRow>`
    with heard as materialized (
      select workflow_uid, min(received_at) as since, max(seq) as newest
        from (select workflow_uid, received_at, seq from agent_messages
               where source = 'nats' order by seq desc limit ${sql.lit(SEARCHED_MESSAGES)}) as recent
       where workflow_uid is not null
         and received_at > now() - ${sql.lit(LOST_AFTER_HOURS)} * interval '1 hour'
       group by workflow_uid),
    speaking as (
      select runs.id as run_id,
             coalesce(runs.repository_key, ordinals.repository_key) as repository_key,
             coalesce(runs.issue_number, ordinals.issue_number) as issue_number,
             said.workflow_name, said.workflow_uid, heard.since, said.received_at as last_at,
             left(said.content, ${sql.lit(MAX_TEXT_CHARACTERS)}) as last_text, said.kind
        from heard
        join agent_messages said on said.seq = heard.newest
        left join runs on runs.workflow_uid = heard.workflow_uid
        left join ordinals on runs.id is null and ordinals.delivery_id = said.workflow_name
       where runs.id is null or runs.completed_at is null),
    announced as (
      select id as run_id, repository_key, issue_number, workflow_name, workflow_uid,
             coalesce(started_at, created_at) as since, null::timestamptz as last_at,
             null::text as last_text, null::text as kind
        from runs
       where status = 'notified'
         and created_at > now() - ${sql.lit(LOST_AFTER_HOURS)} * interval '1 hour'
         and not exists (select from speaking where speaking.run_id = runs.id)
       order by created_at desc limit ${sql.lit(MAX_AGENTS)})
    select agents.*, coalesce(newest.repository, agents.repository_key) as repository,
           newest.issue_title
      from (select * from speaking union all select * from announced) as agents
      left join lateral (
        select repository, issue_title from runs
         where repository_key = agents.repository_key
           and runs.issue_number = agents.issue_number
         order by attempt desc limit 1) as newest on true
     order by coalesce(last_at, since) desc, workflow_uid
     limit ${sql.lit(MAX_AGENTS)}`.execute(db)
  return rows.map((row) => ({
    runId: row.run_id,
    repository: row.repository,
    issueNumber: row.issue_number,
    title: row.issue_title,
    workflowName: row.workflow_name,
    workflowUid: row.workflow_uid,
    since: formatTime(row.since),
    lastAt: formatTimeOrNull(row.last_at),
    lastText: row.last_text,
    kind: row.kind,
  }))
}
