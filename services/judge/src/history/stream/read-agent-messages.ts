import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'

/** Selects messages; every part that is not null must match. */
export interface AgentMessageFilter {
  readonly run: { readonly id: string; readonly workflowUid: string | null } | null
  readonly workflowUid: string | null
  readonly channel: string | null
}

/** The messages after the number `after`, in order, at most `limit`. */
export async function readAgentMessages(
  db: Kysely<DB>,
  { run, workflowUid, channel }: AgentMessageFilter,
  { after, limit }: { readonly after: number; readonly limit: number },
) {
  const rows = await db
    .selectFrom('agent_messages')
    .selectAll()
    .where('seq', '>', after)
    .$if(run !== null, (query) =>
      query.where(({ or, eb }) =>
        or([
          eb('run_id', '=', run?.id ?? ''),
          ...(run?.workflowUid ? [eb('workflow_uid', '=', run.workflowUid)] : []),
        ]),
      ),
    )
    .$if(workflowUid !== null, (query) => query.where('workflow_uid', '=', workflowUid))
    .$if(channel !== null, (query) => query.where('channel', '=', channel))
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    seq: row.seq,
    message: {
      id: row.key,
      source: row.source,
      runId: row.run_id,
      workflowUid: row.workflow_uid,
      workflowName: row.workflow_name,
      workflowNamespace: row.workflow_namespace,
      channel: row.channel,
      agentId: row.agent_id,
      stepId: row.step_id,
      stage: row.stage,
      kind: row.kind,
      role: row.role,
      content: row.content,
      attrs: row.attrs,
      status: row.status,
      exitCode: row.exit_code,
      timestamp: row.said_at?.toISOString() ?? null,
      receivedAt: row.received_at.toISOString(),
    },
  }))
}
