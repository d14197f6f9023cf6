import type { Kysely } from 'kysely'
import { readClaims, readEvidence } from '../adapters/postgres/rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { type AgentLine, readAgentLines } from '../artifacts/agent-lines.ts'
import type { ArtifactStore } from '../artifacts/port.ts'
import { recordAgentMessages } from '../correlate/record-agent-messages.ts'
import type { Mask } from '../lib/mask.ts'
import type { AgentMessage } from '../run/agent-message.ts'

interface BackfillDeps {
  readonly db: Kysely<DB>
  readonly store: ArtifactStore
  readonly mask: Mask
}

/** How long a person who wants to watch waits for the store. */
const PATIENCE = 15_000

/**
 * Gives a run that has no messages those that its events artifact holds, once. Without such an
 * artifact, or while it was not read, it has none. Rejects where the store is away; another call
 * tries again.
 */
export function createBackfill({
  db,
  store,
  mask,
}: BackfillDeps): (runId: string) => Promise<void> {
  return async (runId) => {
    const row = await db.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirst()
    const events =
      row && readEvidence(row)?.readings.find(({ name }) => name === 'implementation-events')
    if (!row || events?.state !== 'found' || events.bucket === null || events.key === null) return
    const claims = readClaims(row)
    const there = await db
      .selectFrom('agent_messages')
      .select('seq')
      .where(({ or, eb }) =>
        or([
          eb('run_id', '=', runId),
          ...(claims.workflowUid === null ? [] : [eb('workflow_uid', '=', claims.workflowUid)]),
        ]),
      )
      .limit(1)
      .executeTakeFirst()
    if (there) return
    const lines = await readAgentLines(
      store,
      { bucket: events.bucket, key: events.key },
      AbortSignal.timeout(PATIENCE),
    )
    if (lines.length === 0) return
    const of = {
      runId,
      workflowUid: claims.workflowUid,
      workflowName: claims.workflowName,
      stage: claims.stage,
    }
    await recordAgentMessages(
      { db, mask },
      lines.map((line) => messageOf(line, { ...of, workflowNamespace: claims.workflowNamespace })),
    )
  }
}

type Of = Pick<AgentMessage, 'workflowUid' | 'workflowName' | 'workflowNamespace' | 'stage'> & {
  readonly runId: string
}

const messageOf = ({ line, ...said }: AgentLine, of: Of): AgentMessage => ({
  ...of,
  ...said,
  key: `artifact:${of.runId}:${line}`,
  source: 'artifact',
  channel: null,
  agentId: 'codex',
  stepId: null,
  attrs: { line },
  saidAt: null,
})
