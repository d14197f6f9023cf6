import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace as traces,
} from '@opentelemetry/api'
import { getErrorMessage, isFailure } from '../../lib/failure.ts'
import { type Instant, toInstant } from '../../lib/instant.ts'
import type { Mask } from '../../lib/mask.ts'
import { clip } from '../../lib/text.ts'
import type { ReceivedMessage, Trace, TraceAttributes } from '../../lib/trace.ts'
import { createRootContext, parseLinks, type RunIdGenerator } from './trace-context.ts'

const MAX_MESSAGE_CHARS = 300

interface TraceRecorderDeps {
  readonly tracer: Tracer
  readonly ids: RunIdGenerator
  readonly ender: SpanEnder
}

/** A span that has not ended. Its failure may be known before its end. */
interface OpenSpan {
  readonly kind: 'open'
  readonly span: Span
  failure: { readonly error: unknown } | null
}

/** Messages are being received, and what they are about is not known yet. */
interface MessageArrival {
  readonly kind: 'arrival'
  readonly at: Instant
}

/** Implements the trace port. The current span is found by async context. */
export function createTraceRecorder({ tracer, ids, ender }: TraceRecorderDeps): Trace {
  const current = new AsyncLocalStorage<OpenSpan | MessageArrival>()
  const getOpenSpan = (): OpenSpan | null => {
    const store = current.getStore()
    return store?.kind === 'open' ? store : null
  }
  const getArrivalTime = (): Instant => {
    const store = current.getStore()
    return store?.kind === 'arrival' ? store.at : toInstant(Date.now())
  }
  const runInSpan = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
    const open: OpenSpan = { kind: 'open', span, failure: null }
    try {
      return await current.run(open, work)
    } catch (error) {
      open.failure = { error }
      throw error
    } finally {
      ender.end(open)
    }
  }
  return {
    runSpan: (runId, name, work) => {
      const options = { attributes: { 'run.id': runId } }
      return runInSpan(tracer.startSpan(name, options, createRootContext(runId)), work)
    },
    span: (name, work) => {
      const parent = getOpenSpan()
      if (parent === null) return work()
      return runInSpan(tracer.startSpan(name, {}, traces.setSpan(ROOT_CONTEXT, parent.span)), work)
    },
    setAttributes: (attributes) => {
      getOpenSpan()?.span.setAttributes(toAttributes(attributes))
    },
    recordError: (error) => {
      const open = getOpenSpan()
      if (open !== null) open.failure = { error }
    },
    endRootSpan: (runId, startTime, given) => {
      const attributes = { 'run.id': runId, ...toAttributes(given) }
      const options = { root: true, startTime, attributes }
      ids.startRoot(runId, () => tracer.startSpan('run', options)).end()
    },
    markArrival: (work) => current.run({ kind: 'arrival', at: toInstant(Date.now()) }, work),
    receiveSpan: async (work, describe) => {
      const startTime = getArrivalTime()
      try {
        const result = await work()
        for (const message of describe(result))
          ender.end(startMessageSpan(tracer, startTime, message))
        return result
      } catch (error) {
        const span = tracer.startSpan('ingest', { startTime }, ROOT_CONTEXT)
        ender.end({ kind: 'open', span, failure: { error } })
        throw error
      }
    },
  }
}

function startMessageSpan(
  tracer: Tracer,
  startTime: Instant,
  { runId, traceparent, attributes, fault }: ReceivedMessage,
): OpenSpan {
  const span = tracer.startSpan(
    'ingest',
    {
      kind: SpanKind.CONSUMER,
      startTime,
      attributes: toAttributes(attributes),
      links: parseLinks(traceparent),
    },
    runId === null ? ROOT_CONTEXT : createRootContext(runId),
  )
  return { kind: 'open', span, failure: fault === null ? null : { error: new Error(fault) } }
}

const toAttributes = (attributes: TraceAttributes): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  )

export interface SpanEnder {
  end(span: OpenSpan): void
  /** Resolves when every span whose `end` was called has ended. */
  flush(): Promise<void>
}

/** Ends spans at the time of the call, although the message of a failure is masked first. */
export function createSpanEnder(mask: Mask): SpanEnder {
  const pending = new Set<Promise<void>>()
  return {
    end({ span, failure }) {
      if (failure === null) {
        span.end()
        return
      }
      const endTime = Date.now()
      const ended = mask(getErrorMessage(failure.error))
        .catch(() => 'the error message could not be masked')
        .then((message) => {
          span.setStatus({ code: SpanStatusCode.ERROR, message: clip(message, MAX_MESSAGE_CHARS) })
          if (isFailure(failure.error)) span.setAttribute('error.type', failure.error.kind)
          span.end(endTime)
        })
        .finally(() => pending.delete(ended))
      pending.add(ended)
    },
    flush: async () => {
      await Promise.all(pending)
    },
  }
}
