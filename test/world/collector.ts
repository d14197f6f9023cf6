import { answerJson, type HttpAnswer, type hangUp, serve } from './serve.ts'

export interface CollectedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly attributes: Readonly<Record<string, unknown>>
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  /** The message of its error status, or null. */
  readonly error: string | null
  /** In nanoseconds since 1970. */
  readonly startedAt: bigint
  readonly endedAt: bigint
}

type Answer = () => Promise<HttpAnswer | typeof hangUp> | HttpAnswer | typeof hangUp

/** A trace collector that speaks OTLP over HTTP with JSON. */
export async function createCollectorWorld() {
  const spans: CollectedSpan[] = []
  const texts: string[] = []
  const paths: string[] = []
  const accept: Answer = () => answerJson(200, { partialSuccess: {} })
  let answer = accept
  const server = await serve(async ({ method, path, body }) => {
    paths.push(`${method} ${path}`)
    const result = await answer()
    if (answer !== accept) return result
    texts.push(body.toString())
    spans.push(...parseSpans(body.toString()))
    return result
  })
  return {
    url: server.url,
    spans: spans as readonly CollectedSpan[],
    /** Every accepted body. */
    texts: texts as readonly string[],
    /** Every request, accepted or not. */
    paths: paths as readonly string[],
    spansOfRun: (runId: string): readonly CollectedSpan[] =>
      spans.filter(({ traceId }) => traceId === runId.replaceAll('-', '')),
    /**
     * Answers every following request like this and collects nothing; without it, accepts again.
     */
    answers: (other?: Answer): void => {
      answer = other ?? accept
    },
    close: server.close,
  }
}

interface OtlpValue {
  readonly stringValue?: string
  readonly intValue?: number | string
  readonly doubleValue?: number
  readonly boolValue?: boolean
}
interface OtlpSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes?: readonly { readonly key: string; readonly value: OtlpValue }[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status?: { readonly code?: number; readonly message?: string }
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
}

function parseSpans(text: string): readonly CollectedSpan[] {
  const { resourceSpans } = JSON.parse(text) as {
    resourceSpans: readonly {
      readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[]
    }[]
  }
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map(
      ({ name, traceId, spanId, parentSpanId, attributes = [], links = [], status, ...sent }) => ({
        name,
        traceId,
        spanId,
        parentSpanId: parentSpanId || null,
        attributes: Object.fromEntries(
          attributes.map(({ key, value }) => [key, Object.values(value)[0]]),
        ),
        links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
        error: status?.code === 2 ? (status.message ?? '') : null,
        startedAt: BigInt(sent.startTimeUnixNano),
        endedAt: BigInt(sent.endTimeUnixNano),
      }),
    )
}
