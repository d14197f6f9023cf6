import type { About, Heard, Trace } from '../lib/trace.ts'
import type { Incoming, Malformed, Recorded, Recorder } from './incoming.ts'

/**
 * A recorder whose messages are seen in the traces: those of one run in the run's own, those of
 * none or of many in one of their own. Of what was ignored nothing is said.
 */
export function traceMessages(recorder: Recorder, trace: Trace): Recorder {
  return {
    record: (incoming) =>
      trace.heard(
        () => recorder.record(incoming),
        (recorded) => heardOf(incoming, recorded),
      ),
    recordBatch: (incoming) =>
      trace.heard(
        () => recorder.recordBatch(incoming),
        (recorded) => incoming.flatMap((one, index) => heardOf(one, recorded[index])),
      ),
    quarantine: (malformed) =>
      trace.heard(
        () => recorder.quarantine(malformed),
        ({ inboxId, duplicate }) => [
          {
            ...nameless(malformed),
            about: {
              ...whence(malformed),
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

function heardOf(incoming: Incoming, recorded: Recorded | undefined): readonly Heard[] {
  if (recorded === undefined || (recorded.outcome === 'ignored' && recorded.runId === null))
    return []
  const { inboxId, outcome, duplicate, runId } = recorded
  const { event } = incoming
  const about = {
    ...whence(incoming),
    'message.id': inboxId,
    'message.outcome': outcome,
    'message.duplicate': duplicate,
    'message.kind': event?.kind ?? null,
    ...(event?.kind === 'github.changed'
      ? { 'message.signal': event.signal, 'message.repository': event.repository }
      : {}),
  }
  return [{ ...nameless(incoming), runId, about }]
}

const whence = ({ source, transport, body }: Incoming | Malformed): About => ({
  'message.source': source,
  'message.transport': transport,
  'message.bytes': body.byteLength,
})

/** CloudEvents carry their sender's trace as an attribute; plain HTTP as a header. */
const nameless = ({
  headers,
}: Incoming | Malformed): Pick<Heard, 'runId' | 'traceparent' | 'fault'> => ({
  runId: null,
  traceparent: headers['ce-traceparent'] ?? headers.traceparent ?? null,
  fault: null,
})
