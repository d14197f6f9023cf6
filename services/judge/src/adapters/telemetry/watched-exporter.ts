import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'
import { messageOf } from '../../lib/failure.ts'
import type { Millis } from '../../lib/instant.ts'

interface Watching {
  readonly log: Pick<Logger, 'info' | 'warn'>
  /**
   * How long one sending may take, with its repetitions; a collector that drips its answer would be
   * waited for without end.
   */
  readonly patience?: Millis
}

const PATIENCE: Millis = 15_000

/**
 * An exporter of which is known how its collector stands. What it does not take is lost, and said
 * once: when the collector was first found away, and when it is back.
 */
export function watched(
  exporter: SpanExporter,
  { log, patience = PATIENCE }: Watching,
): SpanExporter & { readonly state: () => string } {
  let state = 'on'
  const took = (): void => {
    if (state.startsWith('away'))
      log.info({ event: 'traces_back' }, 'the collector of traces is back')
    state = 'ok'
  }
  const away = (because: string): void => {
    if (!state.startsWith('away'))
      log.warn(
        { event: 'traces_away', error: because },
        'the collector takes no traces; what it does not take is dropped',
      )
    state = `away: ${because}`
  }
  return {
    state: () => state,
    export: (spans, done) => {
      const timer = setTimeout(() => {
        away(`no answer within ${patience} ms`)
        done({ code: 1 })
      }, patience)
      timer.unref()
      exporter.export(spans, (result) => {
        clearTimeout(timer)
        if (result.code === 0) took()
        else away(saidOf(result.error))
        done(result)
      })
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}

/** Of an answer only its number: what else a server of somebody says is nothing for our log. */
function saidOf(error: Error | undefined): string {
  const code = error !== undefined && 'code' in error ? error.code : undefined
  if (typeof code === 'number') return `it answered ${code}`
  // Where every address of a name refuses, the message of the error is empty.
  return (
    (error && messageOf(error)) || (typeof code === 'string' ? code : 'it could not be reached')
  )
}
