import { type Kysely, sql } from 'kysely'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Mask } from '../lib/mask.ts'
import type { AgentMessage } from '../run/agent-message.ts'

/**
 * The advisory lock under which sequence numbers are drawn, so that a reader at n never misses an
 * n-1 that is committed later.
 */
const MESSAGES_LOCK = 2_106_003

/**
 * Stores messages of agents, each once, with masked content. All are on disk when it resolves, none
 * if it rejects. Returns for each message, in order, whether it was new.
 */
export async function recordAgentMessages(
  { db, mask }: { readonly db: Kysely<DB>; readonly mask: Mask },
  messages: readonly AgentMessage[],
): Promise<readonly boolean[]> {
  const rows = await Promise.all(messages.map((message) => toAgentMessageRow(message, mask)))
  const fresh = await transact(db, async (trx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(MESSAGES_LOCK)})`.execute(trx)
    const keys = new Set<string>()
    for (const row of rows) {
      const kept = await trx
        .insertInto('agent_messages')
        .values({ ...row, seq: sql<number>`nextval('agent_messages_seq')` })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .returning('key')
        .executeTakeFirst()
      if (kept) keys.add(kept.key)
    }
    return keys
  })
  return messages.map(({ key }) => fresh.delete(key))
}

async function toAgentMessageRow(message: AgentMessage, mask: Mask) {
  const attrs = await mask(JSON.stringify(message.attrs))
  return {
    key: message.key,
    source: message.source,
    run_id: message.runId,
    workflow_uid: message.workflowUid,
    workflow_name: message.workflowName,
    workflow_namespace: message.workflowNamespace,
    channel: message.channel,
    agent_id: message.agentId,
    step_id: message.stepId,
    stage: message.stage,
    kind: message.kind,
    role: message.role,
    content: await mask(message.content),
    attrs: isJsonText(attrs) ? attrs : '{}',
    status: message.status,
    exit_code: message.exitCode,
    said_at: message.saidAt === null ? null : new Date(message.saidAt),
  }
}

/** A mask may replace a quote, and then the text is no longer JSON. */
function isJsonText(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
