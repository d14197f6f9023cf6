import type { ReceivedMessage, Trace, TraceAttributes } from '../lib/trace.ts'
import type { InboundMessage, MalformedMessage, Recorder, RecordResult } from './messages.ts'

/**
 * A recorder whose messages appear in traces: a message of one run in that run's trace, any other
 * in a trace of its own. An ignored message does not appear.
 */
export function traceMessages(recorder: Recorder, trace: Trace): Recorder {
  return {
    record: (message) =>
      trace.receiveSpan(
        () => recorder.record(message),
        (result) => describeMessage(message, result),
      ),
    recordBatch: (messages) =>
      trace.receiveSpan(
        () => recorder.recordBatch(messages),
        (results) => messages.flatMap((one, index) => describeMessage(one, results[index])),
      ),
    recordWithin: (trx, messages) =>
      trace.receiveSpan(
        () => recorder.recordWithin(trx, messages),
        ({ results }) => messages.flatMap((one, index) => describeMessage(one, results[index])),
      ),
    quarantine: (malformed) =>
      trace.receiveSpan(
        () => recorder.quarantine(malformed),
        ({ inboxId, duplicate }) => [
          {
            ...describeSender(malformed),
            attributes: {
              ...describeOrigin(malformed),
              'message.id': inboxId,
              'message.outcome': 'quarantined',
              'message.duplicate': duplicate,
            },
            fault: malformed.error.code,
          },
        ],
      ),
  }
}

function describeMessage(
  message: InboundMessage,
  result: RecordResult | undefined,
): readonly ReceivedMessage[] {
  if (result === undefined || (result.outcome === 'ignored' && result.runId === null)) return []
  const { inboxId, outcome, duplicate, runId } = result
  const { event } = message
  const attributes = {
    ...describeOrigin(message),
    'message.id': inboxId,
    'message.outcome': outcome,
    'message.duplicate': duplicate,
    'message.kind': event?.kind ?? null,
    ...(event?.kind === 'github.changed'
      ? { 'message.signal': event.signal, 'message.repository': event.repository }
      : {}),
  }
  return [{ ...describeSender(message), runId, attributes }]
}

const describeOrigin = ({
  source,
  transport,
  body,
}: InboundMessage | MalformedMessage): TraceAttributes => ({
  'message.source': source,
  'message.transport': transport,
  'message.bytes': body.byteLength,
})

/** CloudEvents carry their sender's trace context as an attribute, plain HTTP as a header. */
const describeSender = ({
  headers,
}: InboundMessage | MalformedMessage): Pick<
  ReceivedMessage,
  'runId' | 'traceparent' | 'fault'
> => ({
  runId: null,
  traceparent: headers['ce-traceparent'] ?? headers.traceparent ?? null,
  fault: null,
})
