import { type Answered, type hangUp, json, serve } from './serve.ts'

export interface CollectedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly about: Readonly<Record<string, unknown>>
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  /** What it says of its failure; null: it did not fail. */
  readonly error: string | null
  /** Nanoseconds since 1970. */
  readonly began: bigint
  readonly ended: bigint
}

type Answer = () => Promise<Answered | typeof hangUp> | Answered | typeof hangUp

/** A collector of traces as OTLP over HTTP has it, with JSON. */
export async function collectorWorld() {
  const spans: CollectedSpan[] = []
  const texts: string[] = []
  const paths: string[] = []
  const taken: Answer = () => json(200, { partialSuccess: {} })
  let answer = taken
  const server = await serve(async ({ method, path, body }) => {
    paths.push(`${method} ${path}`)
    const answered = await answer()
    if (answer !== taken) return answered
    texts.push(body.toString())
    spans.push(...spansOf(body.toString()))
    return answered
  })
  return {
    url: server.url,
    spans: spans as readonly CollectedSpan[],
    /** Every body that was taken, as it came. */
    texts: texts as readonly string[],
    /** Every request that came in, taken or not. */
    paths: paths as readonly string[],
    of: (runId: string): readonly CollectedSpan[] =>
      spans.filter(({ traceId }) => traceId === runId.replaceAll('-', '')),
    /** From now on it takes nothing, and answers so; without an answer it takes what comes. */
    answers: (other?: Answer): void => {
      answer = other ?? taken
    },
    close: server.close,
  }
}

interface Value {
  readonly stringValue?: string
  readonly intValue?: number | string
  readonly doubleValue?: number
  readonly boolValue?: boolean
}
interface Sent {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes?: readonly { readonly key: string; readonly value: Value }[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status?: { readonly code?: number; readonly message?: string }
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
}

function spansOf(text: string): readonly CollectedSpan[] {
  const { resourceSpans } = JSON.parse(text) as {
    resourceSpans: readonly {
      readonly scopeSpans: readonly { readonly spans: readonly Sent[] }[]
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
        about: Object.fromEntries(
          attributes.map(({ key, value }) => [key, Object.values(value)[0]]),
        ),
        links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
        error: status?.code === 2 ? (status.message ?? '') : null,
        began: BigInt(sent.startTimeUnixNano),
        ended: BigInt(sent.endTimeUnixNano),
      }),
    )
}
