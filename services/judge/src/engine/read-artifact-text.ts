import type { ArtifactPlace } from '../artifacts/place.ts'
import type { ArtifactSource } from '../artifacts/port.ts'
import {
  artifactLimits,
  ExceededLimit,
  RefusedArtifact,
  readArtifact,
} from '../artifacts/read-artifact.ts'
import { createHeadSink } from '../artifacts/sinks.ts'
import type { Mask } from '../lib/mask.ts'

/** What a person is given of one artifact. */
const MAX_TEXT_BYTES = 10 * 1024 * 1024
const STORE_TIMEOUT_MS = 30_000

export type ArtifactText =
  | { readonly kind: 'text'; readonly text: string; readonly truncated: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly because: string }

/**
 * The text of an artifact, unpacked and masked, at most its first 10 MiB. `missing`: the store has
 * it no longer. Rejects with `Failure` if the store is unavailable.
 */
export async function readArtifactText(
  { source, mask }: { readonly source: Pick<ArtifactSource, 'open'>; readonly mask: Mask },
  place: ArtifactPlace,
): Promise<ArtifactText> {
  const object = await source.open(place, AbortSignal.timeout(STORE_TIMEOUT_MS))
  if (object === null) return { kind: 'missing' }
  const files: {
    readonly path: string | null
    readonly sink: ReturnType<typeof createHeadSink>
  }[] = []
  let truncated = false
  try {
    await readArtifact(
      object,
      (path) => {
        const sink = createHeadSink(MAX_TEXT_BYTES)
        files.push({ path, sink })
        return sink
      },
      { ...artifactLimits, unpackedBytes: MAX_TEXT_BYTES, entries: 1_000 },
    )
  } catch (error) {
    if (error instanceof ExceededLimit) truncated = true
    else if (error instanceof RefusedArtifact) return { kind: 'refused', because: error.message }
    else throw error
  }
  const isArchive = files.length > 1
  const text = files
    .map(({ path, sink }) => (isArchive ? `==> ${path ?? ''} <==\n${sink.text()}` : sink.text()))
    .join('\n')
  return { kind: 'text', text: await mask(text), truncated }
}
