import {
  type Context,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  TraceFlags,
  trace as traces,
} from '@opentelemetry/api'
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace'
import { sha256 } from '../../lib/ids.ts'

const toTraceId = (runId: string): string => runId.replaceAll('-', '').toLowerCase()
const toRootSpanId = (runId: string): string => sha256(runId).slice(0, 16)

/**
 * The root of a run's trace. It follows from the run's ID, whether or not its span was recorded.
 */
export const createRootContext = (runId: string): Context =>
  traces.setSpanContext(ROOT_CONTEXT, {
    traceId: toTraceId(runId),
    spanId: toRootSpanId(runId),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  })

export interface RunIdGenerator extends IdGenerator {
  /**
   * A span that `start` creates becomes the root of the run's trace. `start` must be synchronous.
   */
  startRoot<T>(runId: string, start: () => T): T
}

/** Generates random IDs, except for the root of a run's trace. */
export function createIdGenerator(): RunIdGenerator {
  const random = new RandomIdGenerator()
  let rootRunId: string | null = null
  return {
    generateTraceId: () => (rootRunId === null ? random.generateTraceId() : toTraceId(rootRunId)),
    generateSpanId: () => (rootRunId === null ? random.generateSpanId() : toRootSpanId(rootRunId)),
    startRoot(runId, start) {
      rootRunId = runId
      try {
        return start()
      } finally {
        rootRunId = null
      }
    },
  }
}

/**
 * Parses the `traceparent` of a message into a link to the sender's span:
 * https://www.w3.org/TR/trace-context/#traceparent-header.
 */
export function parseLinks(traceparent: string | null): Link[] {
  const [, traceId, spanId, flags] =
    /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/.exec(
      traceparent?.trim() ?? '',
    ) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return []
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return isSpanContextValid(context) ? [{ context }] : []
}
