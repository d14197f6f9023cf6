import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'
import type { Millis } from '../../lib/instant.ts'
import type { Mask } from '../../lib/mask.ts'
import type { Trace } from '../../lib/trace.ts'
import { createIdGenerator } from './trace-context.ts'
import { createSpanEnder, createTraceRecorder } from './trace-recorder.ts'
import { watchExporter } from './watch-exporter.ts'

interface TracesDeps {
  /** The base URL of the collector; spans go to `{endpoint}/v1/traces`. */
  readonly endpoint: string
  readonly mask: Mask
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** The interval in which spans are sent; default: 2 s. */
  readonly flushEvery?: Millis
}

export interface Traces {
  readonly trace: Trace
  /** As of the last export: `untested`, `on`, `refused: …` or `away: …`. */
  state(): string
  /** Sends the remaining spans within a short time. Never rejects. */
  stop(): Promise<void>
}

const FLUSH_EVERY_MS: Millis = 2_000
const MAX_QUEUED_SPANS = 4_096
/** A message can contain names as long as the message itself. */
const MAX_VALUE_CHARS = 200
/** The whole service has 10 s to stop, and most of it is for the work in progress. */
const SHUTDOWN_FLUSH_MS: Millis = 1_000

/**
 * Sends traces to a collector, by OTLP over HTTP. Everything about a run is in one trace, whose ID
 * is the run's (a UUID has as many bytes as a trace ID). The ID of the root span follows from it,
 * too, so no context must be stored, and replicas need not know each other's spans. Nothing global
 * is installed, so several services can run in one process.
 *
 * The queue is bounded, and spans that the collector does not accept are dropped without delaying
 * any work.
 */
export function createTraces({
  endpoint,
  mask,
  log,
  flushEvery = FLUSH_EVERY_MS,
}: TracesDeps): Traces {
  const exporter = watchExporter(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), { log })
  const ids = createIdGenerator()
  const ender = createSpanEnder(mask)
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': 'codex-judge', 'host.name': hostname() }),
    ),
    sampler: new AlwaysOnSampler(),
    idGenerator: ids,
    spanLimits: { attributeValueLengthLimit: MAX_VALUE_CHARS },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: flushEvery,
        maxQueueSize: MAX_QUEUED_SPANS,
      }),
    ],
  })
  return {
    trace: createTraceRecorder({ tracer: provider.getTracer('codex-judge'), ids, ender }),
    state: exporter.state,
    stop: async () => {
      // A collector that rejected the last export gets no extra time.
      const timeout = /^(?:away|refused)/.test(exporter.state()) ? 0 : SHUTDOWN_FLUSH_MS
      const flushed = ender
        .flush()
        .then(() => provider.shutdown())
        .catch(() => undefined)
      await Promise.race([flushed, delay(timeout, undefined, { ref: false })])
    },
  }
}
