import type { Kysely } from 'kysely'
import { readClaims, readEvidence } from '../adapters/postgres/rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { fromStoredPlace } from '../artifacts/place.ts'
import type { ArtifactSource } from '../artifacts/port.ts'
import { type AgentLine, readAgentLines } from '../artifacts/read-agent-lines.ts'
import type { ArtifactReader } from '../artifacts/read-object.ts'
import { recordAgentMessages } from '../correlate/record-agent-messages.ts'
import type { Mask } from '../lib/mask.ts'
import type { AgentMessage } from '../run/agent-message.ts'

interface BackfillDeps {
  readonly db: Kysely<DB>
  readonly source: Pick<ArtifactSource, 'open'>
  readonly reader: ArtifactReader
  readonly mask: Mask
}

/** A person waits for the messages, so the store gets little time. */
const STORE_TIMEOUT_MS = 15_000

/**
 * Stores the agent's messages of a run from its events artifact, if the run has none yet. Does
 * nothing if there is no such artifact, or if it was not read yet. Rejects if the store is
 * unavailable; another call tries again.
 */
export function createBackfillMessages({
  db,
  source,
  reader,
  mask,
}: BackfillDeps): (runId: string) => Promise<void> {
  return async (runId) => {
    const row = await db.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirst()
    const events =
      row && readEvidence(row)?.readings.find(({ name }) => name === 'implementation-events')
    if (!row || events?.state !== 'found' || events.bucket === null || events.key === null) return
    const claims = readClaims(row)
    const existing = await db
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
    if (existing) return
    const lines = await readAgentLines(
      source,
      fromStoredPlace({ bucket: events.bucket, key: events.key }),
      reader,
      AbortSignal.timeout(STORE_TIMEOUT_MS),
    )
    if (lines.length === 0) return
    const { workflowUid, workflowName, workflowNamespace, stage } = claims
    const agentRun = { runId, workflowUid, workflowName, workflowNamespace, stage }
    await recordAgentMessages(
      { db, mask },
      lines.map((line) => toAgentMessage(line, agentRun)),
    )
  }
}

type AgentRun = Pick<
  AgentMessage,
  'workflowUid' | 'workflowName' | 'workflowNamespace' | 'stage'
> & {
  readonly runId: string
}

const toAgentMessage = ({ line, ...message }: AgentLine, run: AgentRun): AgentMessage => ({
  ...run,
  ...message,
  key: `artifact:${run.runId}:${line}`,
  source: 'artifact',
  channel: null,
  agentId: 'codex',
  stepId: null,
  attrs: { line },
  saidAt: null,
})
