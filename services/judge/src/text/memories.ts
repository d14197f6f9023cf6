import { toIso, toIsoOrNull } from '../lib/instant.ts'
import { clip } from '../lib/text.ts'
import { type MemoryDraft, memoryKinds } from './memory.ts'
import { MAX_CONTENT_CHARS, type MemoriesInput, memoryTextBuilders } from './memory-texts.ts'
import { clean } from './untrusted-text.ts'

/** The memories route takes no longer summary. */
const MAX_SUMMARY_CHARS = 600

/**
 * Exactly ten memories of a decided run, one of each kind in the order of `memoryKinds`; none if
 * the repository or the issue is unknown, because the namespace needs both. A kind without evidence
 * records its absence.
 */
export function buildMemories(input: MemoriesInput): readonly MemoryDraft[] {
  const { repository, issueNumber } = input.run.claims
  if (repository === null || issueNumber === null) return []
  const namespace = `codex:${repository}:${issueNumber}`
  const tags = buildTags(input)
  const metadata = buildMetadata(input)
  return memoryKinds.map((kind) => {
    const { summary, content } = memoryTextBuilders[kind](input)
    return {
      kind,
      namespace,
      summary: clip(clean(summary), MAX_SUMMARY_CHARS),
      content: clip(clean(content), MAX_CONTENT_CHARS, '\n…'),
      tags: [...tags, `kind:${kind}`],
      metadata,
      ...(!input.observed && (kind === 'review' || kind === 'pull_request')
        ? { keepsEarlier: true as const }
        : {}),
    }
  })
}

function buildTags({ run, outcome }: MemoriesInput): readonly string[] {
  const { claims } = run
  return [
    `issue:${claims.issueNumber}`,
    `repo:${claims.repository}`,
    `workflow:${claims.workflowName ?? 'unknown'}`,
    `attempt:${run.attempt}`,
    `status:${outcome.status}`,
    `stage:${claims.stage}`,
  ]
}

function buildMetadata({
  run,
  outcome,
  ciUrl,
  prUrl,
}: MemoriesInput): Readonly<Record<string, string | number | null>> {
  return {
    runId: run.id,
    attempt: run.attempt,
    status: outcome.status,
    reason: outcome.reason,
    commit: run.commitSha,
    ciUrl,
    prUrl,
    workflowName: run.claims.workflowName,
    workflowNamespace: run.claims.workflowNamespace,
    startedAt: toIsoOrNull(run.claims.startedAt),
    finishedAt: toIsoOrNull(run.claims.finishedAt),
    decidedAt: toIso(outcome.at),
  }
}
