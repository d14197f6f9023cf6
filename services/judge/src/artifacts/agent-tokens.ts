import { combineUsage } from '../run/combine-usage.ts'
import type { Enrichment } from '../run/event.ts'
import type { AgentUsage, ThreadUsage } from '../run/run.ts'
import type { Evidence } from './evidence.ts'
import { createStreamReader } from './stream-reader.ts'

/** What the agent of one run used. */
export interface AgentTokens {
  /** The run's own tokens; null if the agent worked and nothing tells how many it used. */
  readonly usage: AgentUsage | null
  /** As reported, for the runs that resume these threads. */
  readonly threads: readonly ThreadUsage[]
}

/**
 * The tokens that the agent used in this run: from its stream, else from a notify. A thread goes on
 * counting when it is resumed, so what earlier runs of the issue reported for it is subtracted.
 * Null if it is not known whether an agent worked at all.
 */
export function measureAgentTokens({
  stream,
  enrichment,
  threadId,
  earlier,
}: {
  readonly stream: Evidence['stream']
  readonly enrichment: Enrichment | null
  /** The thread that the notify names. */
  readonly threadId: string | null
  readonly earlier: readonly ThreadUsage[]
}): AgentTokens | null {
  const threads = listThreads(stream, enrichment, threadId).filter(({ usage }) => isReported(usage))
  if (threads.length > 0)
    return {
      threads,
      usage: threads
        .map((thread) => subtractEarlier(thread, earlier))
        .reduce((sum, usage) => combineUsage(sum, usage, (a, b) => a + b)),
    }
  return stream !== null && stream.turns > 0 ? { usage: null, threads: [] } : null
}

function listThreads(
  stream: Evidence['stream'],
  enrichment: Enrichment | null,
  threadId: string | null,
): readonly ThreadUsage[] {
  // Evidence that an older release stored has no threads.
  const streamed = stream?.threads ?? []
  if (streamed.some(({ usage }) => isReported(usage))) return streamed
  if (stream !== null && stream.usage !== null && isReported(stream.usage))
    return [{ threadId: stream.threadId ?? threadId, usage: stream.usage }]
  if (enrichment === null) return []
  return enrichment.usage === null
    ? readExcerpt(enrichment.excerpts.events ?? '', threadId)
    : [{ threadId, usage: enrichment.usage }]
}

/** The usage in the end of a stream, which may begin within a line and after its thread's name. */
function readExcerpt(excerpt: string, threadId: string | null): readonly ThreadUsage[] {
  const reader = createStreamReader()
  for (const line of excerpt.split('\n')) reader.line(line)
  return reader
    .result()
    .threads.map((thread) => ({ ...thread, threadId: thread.threadId ?? threadId }))
}

/**
 * What this run added to a thread. A total below an earlier one is no continuation of it: the
 * counter began again.
 */
function subtractEarlier(
  { threadId, usage }: ThreadUsage,
  earlier: readonly ThreadUsage[],
): AgentUsage {
  const before = earlier
    .filter((thread) => threadId !== null && thread.threadId === threadId)
    .map((thread) => thread.usage)
    .filter((total) => isAtMost(total, usage))
    .reduce((most, total) => combineUsage(most, total, Math.max), noUsage)
  return combineUsage(usage, before, (total, counted) => total - counted)
}

const noUsage: AgentUsage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
}

const isAtMost = (a: AgentUsage, b: AgentUsage): boolean =>
  a.inputTokens <= b.inputTokens &&
  a.cachedInputTokens <= b.cachedInputTokens &&
  a.outputTokens <= b.outputTokens &&
  a.reasoningOutputTokens <= b.reasoningOutputTokens

/** A server that reports nothing sends zeros. */
const isReported = ({ inputTokens, outputTokens }: AgentUsage): boolean =>
  inputTokens + outputTokens > 0
