import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import { RefusedArtifact } from '../artifacts/read-artifact.ts'
import { readObject } from '../artifacts/read-object.ts'
import { Failure, getErrorMessage, isFailure } from '../lib/failure.ts'
import type { FromThread, ToThread } from './read-artifacts.ts'

/* A thread that reads one object after another; see read-artifacts.ts. */

const port = parentPort
if (port === null) throw new Error('this file is the program of a thread')
const send = (message: FromThread): void => port.postMessage(message)

async function receive(): Promise<ToThread> {
  const [message] = port === null ? [] : await once(port, 'message')
  return message
}

/** Asks for the bytes one chunk at a time, so that no more than one is under way. */
async function* requestChunks(): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const answer = receive()
    send({ kind: 'next' })
    const message = await answer
    if (message.kind === 'end') return
    if (message.kind !== 'chunk') throw new Failure('unavailable', 'the store stopped sending')
    yield message.chunk
  }
}

for (;;) {
  const message = await receive()
  if (message.kind !== 'read') continue
  const { task, bytes, limits } = message
  const outcome = await readObject(task, { bytes, stream: requestChunks() }, limits).then(
    (result): FromThread => ({ kind: 'result', result }),
    (error: unknown): FromThread => ({
      kind: error instanceof RefusedArtifact || !isFailure(error) ? 'refused' : 'failed',
      because: getErrorMessage(error),
    }),
  )
  send(outcome)
}
