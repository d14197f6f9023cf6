import { AsyncLocalStorage } from 'node:async_hooks'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace as traces,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  RandomIdGenerator,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'
import { isFailure, messageOf } from '../../lib/failure.ts'
import { sha256 } from '../../lib/ids.ts'
import { type Instant, instant, type Millis } from '../../lib/instant.ts'
import type { Mask } from '../../lib/mask.ts'
import { clip } from '../../lib/text.ts'
import type { About, Heard, Trace } from '../../lib/trace.ts'
import { watched } from './watched-exporter.ts'

interface TracesDeps {
  /** The base of the collector: `/v1/traces` is put behind it. */
  readonly endpoint: string
  readonly mask: Mask
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** How long spans are gathered before they are sent. */
  readonly every?: Millis
}

export interface Traces {
  readonly trace: Trace
  /** How the collector stands, without asking it. */
  state(): string
  /** Sends what is left, if the collector takes it soon. Never rejects. */
  stop(): Promise<void>
}

const EVERY: Millis = 2_000
const QUEUE = 4_096
const MAX_MESSAGE = 300
const MAX_VALUE = 200
/** The service has 10 s to end, of which what it has in hand may take most. */
const LAST_WORDS: Millis = 1_000

/**
 * Traces, sent to a collector by OTLP over HTTP. All that a run goes through is in one trace whose
 * id is the run's (a UUID has as many bytes as a trace id), beneath a root whose span id follows
 * from it: so no context has to travel through the database, and replicas need not know of each
 * other's spans. Nothing global is installed, so several services can live in one process.
 *
 * The queue is bounded, and what a collector does not take is dropped: nobody ever waits for it.
 */
export function sendTraces({ endpoint, mask, log, every = EVERY }: TracesDeps): Traces {
  const exporter = watched(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), { log })
  const ids = rootedIds()
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': 'codex-judge', 'host.name': hostname() }),
    ),
    sampler: new AlwaysOnSampler(),
    idGenerator: ids,
    // A name that a message gives to something may be as long as the message.
    spanLimits: { attributeValueLengthLimit: MAX_VALUE },
    spanProcessors: [
      new BatchSpanProcessor({ exporter, scheduledDelayMillis: every, maxQueueSize: QUEUE }),
    ],
  })
  const tracer = provider.getTracer('codex-judge')
  const here = new AsyncLocalStorage<Open | Arriving>()
  const openHere = (): Open | null => {
    const found = here.getStore()
    return found?.kind === 'open' ? found : null
  }
  const arrivedAt = (): Instant => {
    const found = here.getStore()
    return found?.kind === 'arriving' ? found.since : instant(Date.now())
  }
  const ending = new Set<Promise<void>>()

  /** Ends a span, at the moment it is told to; what is said of a failure is masked first. */
  const end = ({ span, failure }: Open): void => {
    if (failure === null) {
      span.end()
      return
    }
    const at = Date.now()
    const ended = mask(messageOf(failure.error))
      .catch(() => 'what went wrong could not be masked')
      .then((message) => {
        span.setStatus({ code: SpanStatusCode.ERROR, message: clip(message, MAX_MESSAGE) })
        if (isFailure(failure.error)) span.setAttribute('error.type', failure.error.kind)
        span.end(at)
      })
      .finally(() => ending.delete(ended))
    ending.add(ended)
  }
  const within = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
    const open: Open = { kind: 'open', span, failure: null }
    try {
      return await here.run(open, work)
    } catch (error) {
      open.failure = { error }
      throw error
    } finally {
      end(open)
    }
  }
  const hear = (began: Instant, { runId, traceparent, about, fault }: Heard): void => {
    const span = tracer.startSpan(
      'ingest',
      {
        kind: SpanKind.CONSUMER,
        startTime: began,
        attributes: said(about),
        links: linksTo(traceparent),
      },
      runId === null ? ROOT_CONTEXT : rootOf(runId),
    )
    end({ kind: 'open', span, failure: fault === null ? null : { error: new Error(fault) } })
  }
  const trace: Trace = {
    ofRun: (runId, name, work) =>
      within(tracer.startSpan(name, { attributes: { 'run.id': runId } }, rootOf(runId)), work),
    part: (name, work) => {
      const above = openHere()
      if (above === null) return work()
      return within(tracer.startSpan(name, {}, traces.setSpan(ROOT_CONTEXT, above.span)), work)
    },
    tell: (about) => void openHere()?.span.setAttributes(said(about)),
    failed: (error) => {
      const open = openHere()
      if (open !== null) open.failure = { error }
    },
    ended: (runId, began, about) =>
      ids
        .as(runId, () =>
          tracer.startSpan('run', {
            root: true,
            startTime: began,
            attributes: { 'run.id': runId, ...said(about) },
          }),
        )
        .end(),
    arriving: (work) => here.run({ kind: 'arriving', since: instant(Date.now()) }, work),
    heard: async (work, found) => {
      const began = arrivedAt()
      try {
        const taken = await work()
        for (const message of found(taken)) hear(began, message)
        return taken
      } catch (error) {
        end({
          kind: 'open',
          span: tracer.startSpan('ingest', { startTime: began }, ROOT_CONTEXT),
          failure: { error },
        })
        throw error
      }
    },
  }
  return {
    trace,
    state: exporter.state,
    stop: async () => {
      // Nobody waits for one that took nothing the last time either.
      const patience = exporter.state().startsWith('away') ? 0 : LAST_WORDS
      const flushed = Promise.all(ending)
        .then(() => provider.shutdown())
        .catch(() => undefined)
      await Promise.race([flushed, delay(patience, undefined, { ref: false })])
    },
  }
}

/**
 * A span that is not over. What went wrong in it is known before it ends, and said when it does.
 */
interface Open {
  readonly kind: 'open'
  readonly span: Span
  failure: { readonly error: unknown } | null
}

/** Messages are arriving, and what they are about is not known yet. */
interface Arriving {
  readonly kind: 'arriving'
  readonly since: Instant
}

const said = (about: About): Attributes =>
  Object.fromEntries(
    Object.entries(about).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  )

const traceIdOf = (runId: string): string => runId.replaceAll('-', '').toLowerCase()
const rootIdOf = (runId: string): string => sha256(runId).slice(0, 16)

/**
 * The root of a run's trace, which whoever knows the run's id knows, whether it was told yet or
 * not.
 */
const rootOf = (runId: string): Context =>
  traces.setSpanContext(ROOT_CONTEXT, {
    traceId: traceIdOf(runId),
    spanId: rootIdOf(runId),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  })

/** Random ids, but for the root of a run's trace. */
function rootedIds() {
  const random = new RandomIdGenerator()
  let root: string | null = null
  return {
    generateTraceId: () => (root === null ? random.generateTraceId() : traceIdOf(root)),
    generateSpanId: () => (root === null ? random.generateSpanId() : rootIdOf(root)),
    /** What is started meanwhile, and nothing of it waits, is the root of the run's trace. */
    as: <T>(runId: string, start: () => T): T => {
      root = runId
      try {
        return start()
      } finally {
        root = null
      }
    },
  }
}

/**
 * Where a message comes with a trace of its sender's:
 * https://www.w3.org/TR/trace-context/#traceparent-header.
 */
function linksTo(traceparent: string | null): Link[] {
  const [, traceId, spanId, flags] =
    /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/.exec(
      traceparent?.trim() ?? '',
    ) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return []
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return isSpanContextValid(context) ? [{ context }] : []
}
