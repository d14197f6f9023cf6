import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'
import { getErrorMessage } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'

interface WatchExporterOptions {
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** The time limit of one export with its retries, for a collector that answers too slowly. */
  readonly timeout?: Millis
}

const EXPORT_TIMEOUT_MS: Millis = 15_000

/**
 * Adds the state of the collector to an exporter. Rejected spans are lost, which is logged once
 * when the collector becomes unavailable and once when it is available again.
 */
export function watchExporter(
  exporter: SpanExporter,
  { log, timeout = EXPORT_TIMEOUT_MS }: WatchExporterOptions,
): SpanExporter & { readonly state: () => string } {
  let state = 'untested'
  let isFailing = false
  const onExported = (): void => {
    if (isFailing) log.info({ event: 'traces_available' }, 'the trace collector is available again')
    isFailing = false
    state = 'on'
  }
  const onFailed = (because: string): void => {
    if (!isFailing)
      log.warn(
        { event: 'traces_unavailable', error: because },
        'the trace collector is unavailable; its spans are dropped',
      )
    isFailing = true
    state = /^it answered 40[13]$/.test(because)
      ? `refused: ${because}; set OTEL_EXPORTER_OTLP_HEADERS`
      : `away: ${because}`
  }
  return {
    state: () => state,
    export: (spans, done) => {
      const timer = setTimeout(() => {
        onFailed(`no answer within ${timeout} ms`)
        done({ code: 1 })
      }, timeout)
      timer.unref()
      exporter.export(spans, (result) => {
        clearTimeout(timer)
        if (result.code === 0) onExported()
        else onFailed(describeExportError(result.error))
        done(result)
      })
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}

/**
 * Only the status of an answer: the rest of it is a foreign text that does not belong in our log.
 */
function describeExportError(error: Error | undefined): string {
  const code = error !== undefined && 'code' in error ? error.code : undefined
  if (typeof code === 'number') return `it answered ${code}`
  // The message of the error is empty if every address of a name refuses the connection.
  return (
    (error && getErrorMessage(error)) ||
    (typeof code === 'string' ? code : 'it could not be reached')
  )
}
